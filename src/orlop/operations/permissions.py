"""Which rights Orlop needs: to inspect, and for each fix. Never more than the verb at hand requires."""

from collections.abc import Iterable
from typing import Any

from orlop.collect import aws as collectors
from orlop.collect.aws.permissions import permission
from orlop.errors import NotFound
from orlop.fix import aws as writers
from orlop.fix.writer import AnyWriter

IDENTIFY = ("ec2:DescribeRegions",)
"""Besides the collectors' own calls; `sts:GetCallerIdentity` needs no right."""


def to_inspect() -> tuple[str, ...]:
    """Return the IAM actions that inspecting an account needs, sorted; with those for what rights were used."""
    asked = (action for collector in (*collectors.ALL, *collectors.USAGE) for action in collector.permissions)
    return tuple(sorted({*IDENTIFY, *asked}))


def to_fix(pattern: str = "") -> dict[str, tuple[str, ...]]:
    """Return for each setting (`AWS::S3::Bucket public_access_block`) the IAM actions that changing it needs.

    Reading it back is part of it. `pattern` keeps the settings that contain it. Raises: NotFound.
    """
    needed = {
        f"{writer.kind} {writer.setting}": tuple(sorted({*_written(writer), *_read(writer.kind)}))
        for writer in writers.ALL
        if pattern.lower() in f"{writer.kind} {writer.setting}".lower()
    }
    if not needed:
        raise NotFound(f"Orlop changes no setting called {pattern!r}.", do="orlop permissions fix lists all of them.")
    return needed


def policy(actions: Iterable[str], sid: str) -> dict[str, Any]:
    """Return the IAM policy that grants these actions on everything."""
    statement = {"Sid": sid, "Effect": "Allow", "Action": sorted(set(actions)), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _written(writer: AnyWriter) -> tuple[str, ...]:
    split = (call.partition(":") for call in writer.calls)
    return tuple(permission(service, operation) for service, _, operation in split)


def _read(kind: str) -> tuple[str, ...]:
    return tuple(action for c in collectors.ALL if kind in {k.KIND for k in c.kinds} for action in c.permissions)
