import pytest
from docs.generate import HERE, PAGES


@pytest.mark.parametrize("path", [path for path, _ in PAGES])
def test_a_generated_page_is_up_to_date(path: str) -> None:
    page = dict(PAGES)[path]
    assert (HERE / path).read_text("utf-8") == page(), "write it anew: make docs"
