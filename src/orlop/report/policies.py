"""Answers about policies, for a person at a terminal and as plain values for JSON."""

from collections.abc import Sequence
from typing import Any, TextIO

from rich.text import Text

from orlop.estate.aws.policy import Statement
from orlop.reason.access.clauses import Clause
from orlop.reason.access.compare import Comparison, Grant
from orlop.reason.access.lint import Remark
from orlop.reason.access.public import Publicity
from orlop.reason.access.request import Request, Sort
from orlop.reason.access.who import TELLING
from orlop.report.terminal import STYLES, heading, indented, terminal, text


def witness(request: Request) -> dict[str, Any]:
    """Return a request as plain values, with those condition keys that the caller alone does not tell."""
    known = request.context.known.items()
    return {
        "principal": request.caller.arn or None,
        "action": request.action,
        "resource": request.resource,
        "context": {key: held for key, held in known if held is not None and key not in TELLING},
    }


def comparison(compared: Comparison) -> dict[str, Any]:
    """Return a comparison as plain values. `newAccess` is null where it is unknown."""
    sure = True if compared.grants else None if compared.unsure else False
    return {
        "newAccess": sure,
        "grants": [_grant(grant) for grant in compared.grants],
        "unknown": [_statement(clause) for clause in compared.unsure],
    }


def publicity(found: Publicity, by_s3: Sequence[Statement]) -> dict[str, Any]:
    """Return who is let in as plain values. `public` is null where it is unknown."""
    sure = True if found.grants else None if found.unsure else False
    return {
        "public": sure,
        "grants": [_grant(grant) for grant in found.grants],
        "unknown": [_statement(clause) for clause in found.unsure],
        "s3CallsItPublic": bool(by_s3),
    }


def _grant(grant: Grant) -> dict[str, Any]:
    return {**_statement(grant.clause), "witness": witness(grant.witness)}


def _statement(clause: Clause) -> dict[str, Any]:
    return {"statement": clause.number, "sid": clause.statement.sid or None}


def write_comparison(compared: Comparison, out: TextIO) -> None:
    """Write what is newly allowed."""
    console = terminal(out)
    if not compared.grants and not compared.unsure:
        indented(console, "The new policy allows nothing that the old one does not.", 0)
    if compared.grants:
        indented(console, text("The new policy allows what the old one does not.", "bold"), 0)
    for grant in compared.grants:
        _write_grant(console, grant)
    _write_unsure(console, compared.unsure, "may allow more than the old policy")


def write_publicity(found: Publicity, by_s3: Sequence[Statement], out: TextIO) -> None:
    """Write whether strangers are let in."""
    console = terminal(out)
    if found.grants:
        indented(console, text("Strangers are let in: anyone in the world can do this.", "bold red"), 0)
    elif not found.unsure:
        indented(console, "No stranger is let in.", 0)
    for grant in found.grants:
        _write_grant(console, grant)
    _write_unsure(console, found.unsure, "may let strangers in")
    if by_s3 and not found.grants:
        indented(
            console,
            "S3 itself calls such a policy public, because of how it is written: it refuses it, or limits it, where "
            "public access is blocked.",
            0,
        )


def _write_grant(console: Any, grant: Grant) -> None:
    request = grant.witness
    heading(console, str(grant.clause))
    who = request.caller.arn or "anyone, without saying who he is"
    if request.caller.sort is Sort.ANYONE:
        who = "anyone, without saying who he is"
    rows = [("who", who), ("may", request.action), ("on", request.resource)]
    rows += [("with", f"{key}: {_shown(held)}") for key, held in witness(request)["context"].items()]
    for label, said in rows:
        indented(console, said, 8, first=Text.assemble("  ", text(label, "dim")))


def _shown(held: Any) -> str:
    return held if isinstance(held, str) else ", ".join(held)


def _write_unsure(console: Any, clauses: Sequence[Clause], what: str) -> None:
    for clause in clauses:
        said = str(clause)
        indented(console, text(f"Not known: {said} {what}. It is too intricate to tell.", "yellow"), 0)


def write_remarks(remarks: Sequence[Remark], out: TextIO) -> None:
    """Write what is wrong or surprising in a policy."""
    console = terminal(out)
    if not remarks:
        indented(console, "Nothing to remark.", 0)
    for remark in remarks:
        where = f"statement {remark.statement}: " if remark.statement else ""
        said = Text.assemble(
            text(f"{remark.severity} ", STYLES.get(remark.severity, "")), text(f"{where}{remark.says}")
        )
        indented(console, said, 0)
        if remark.do:
            indented(console, text(remark.do, "dim"))
