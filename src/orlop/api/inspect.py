"""orlop.inspect"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from orlop.findings.report import Report
from orlop.operations.inspect import inspect as inspect_targets
from orlop.operations.settings import Settings
from orlop.operations.targets import BY_DEFAULT, AwsAccount, target
from orlop.rules.rule import Severity

if TYPE_CHECKING:
    import boto3


def inspect(
    *targets: str,
    session: "boto3.Session | None" = None,
    regions: Sequence[str] = (),
    only: Iterable[str] = (),
    framework: str | None = None,
    severity: Severity | str = Severity.LOW,
    store: Path | str | None = None,
    threads: int = 32,
) -> Report:
    """Inspect targets (`"aws"`, `"local"`, `"snapshot://FILE"`, ...; see `orlop inspect --help`) and return the report.

    With `session`, the AWS account is read with that session's credentials; without `regions`, in all
    enabled regions. `only` are rule ids or globs; rules below `severity` are not asked. Nothing is kept
    unless `store` names a folder. Nothing is ever changed.

    Raises: orlop.errors.OrlopError and its kinds: BadInput, NoAccess, CannotReach, NotFound, StoreTrouble.
    """
    wanted = [target(text, regions=tuple(regions)) for text in targets] or list(BY_DEFAULT)
    level = severity if isinstance(severity, Severity) else Severity[severity.upper()]
    return inspect_targets(
        [replace(one, session=session) if isinstance(one, AwsAccount) else one for one in wanted],
        Settings(threads=threads) if store is None else Settings(threads=threads, store=Path(store)),
        only=tuple(only),
        framework=framework,
        severity=level,
        keep=store is not None,
    )
