"""Which rights nobody uses, and what a policy would be without them.

Only what a policy names is taken out: actions of services that were not used, and actions that AWS tracks and nobody
used. What it allows by a wildcard of a used service stays, and so does every Deny.

Law: the smaller policy allows nothing that the larger one does not, and all that was used.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from orlop.estate.aws.iam import Use
from orlop.estate.aws.policy import Document, document


def unused(uses: Iterable[Use], *, days_since: Callable[[str], int], days: int) -> frozenset[str]:
    """Return the services (`sqs`) and actions (`s3:PutObject`, in lower case) that were not used for so many days."""
    return frozenset(use.what.lower() for use in uses if use.last is None or days_since(use.last) > days)


def smaller(held: Document, gone: frozenset[str]) -> Document | None:
    """Return a policy without the actions that nobody uses; None where nothing would be left."""
    raw = json.loads(document(held.text).text)
    said = raw["Statement"]
    statements = cast("list[dict[str, Any]]", said if isinstance(said, list) else [said])
    kept = [less for each in statements if (less := _less(each, gone)) is not None]
    if kept == statements:
        return held
    return document({**raw, "Statement": kept}) if kept else None


def _less(statement: Mapping[str, Any], gone: frozenset[str]) -> Mapping[str, Any] | None:
    if statement["Effect"] != "Allow" or "Action" not in statement:
        return statement
    written = statement["Action"]
    actions: list[str] = [written] if isinstance(written, str) else written
    kept = [action for action in actions if not is_gone(action, gone)]
    if kept == actions:
        return statement
    return {**statement, "Action": kept} if kept else None


def is_gone(action: str, gone: frozenset[str]) -> bool:
    """Whether nobody uses anything that an action of a policy (perhaps with wildcards) means."""
    lower = action.lower()
    prefix = lower.partition(":")[0]
    return prefix in gone or lower in gone
