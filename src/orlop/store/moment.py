"""Times as Orlop writes them."""

import re
from datetime import datetime

_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def is_moment(text: str) -> bool:
    """Whether `text` is a time such as `2027-03-31T09:30:00Z`: the one form in which texts sort as times do."""
    if not _FORM.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
