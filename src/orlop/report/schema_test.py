from typing import Any, cast

from orlop.report.schema import DESCRIPTIONS, schema


def test_every_field_is_described_and_nothing_else_is() -> None:
    made = schema()
    parts = cast("dict[str, dict[str, Any]]", made["$defs"]) | {"Report": made}
    assert {name: set(part.get("properties", {})) for name, part in parts.items()} == {
        name: set(fields) for name, fields in DESCRIPTIONS.items()
    }


def test_every_part_has_a_plain_first_sentence() -> None:
    for part in schema()["$defs"].values():
        assert part["description"].endswith(".") and "\n" not in part["description"]
