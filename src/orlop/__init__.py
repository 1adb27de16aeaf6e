"""Orlop reviews AWS accounts and servers, says in plain words what to change, changes it, and puts it back.

`inspect` is the one function for programs; see `orlop.api`. It is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orlop.api import inspect as inspect

__all__ = ["inspect"]


def __getattr__(name: str) -> Any:
    """Load what `orlop.api` offers when it is first asked for, so that `import orlop` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'orlop' has no attribute {name!r}")
    from orlop import api

    return getattr(api, name)
