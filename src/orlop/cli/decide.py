"""Shows a change and asks for a yes or no: the conversation of `fix` and `undo`."""

import sys
from collections.abc import Iterable, Sequence

import click

from orlop.errors import BadInput, FixRefused
from orlop.estate import wire
from orlop.fix.journal import Entry, Stage
from orlop.operations.fix import Mender, Outcome, Proposal
from orlop.report.diff import change_lines, setting_words
from orlop.report.inert import inert


def decide(mend: Mender, proposals: Sequence[Proposal], *, yes: bool, dry_run: bool) -> int:
    """Go through the proposals one by one. Returns the exit code: that of the first refusal, else 0."""
    if not proposals:
        click.echo("There is nothing that Orlop can change here.")
        return 0
    _need_a_person(yes=yes, dry_run=dry_run)
    code = 0
    for number, proposal in enumerate(proposals, 1):
        now = mend.fresh(proposal)
        if now is None:
            click.echo("Already mended by an earlier change.\n")
            continue
        _show(now, f"{number} of {len(proposals)}" if len(proposals) > 1 else "")
        if dry_run or not (yes or click.confirm("Make this change?", default=False)):
            click.echo("Nothing was changed.\n")
            continue
        code = _made(mend, now) or code
    return code


def carry_on(mend: Mender, *, yes: bool, dry_run: bool) -> int:
    """Go through the changes that were cut off. Returns the exit code."""
    entries = mend.cut_off()
    if not entries:
        click.echo("No change was cut off: there is nothing to finish.")
        return 0
    _need_a_person(yes=yes, dry_run=dry_run)
    for entry in entries:
        click.echo(f"Change {entry.id} was begun at {entry.at} and cut off:")
        _diff(entry)
        if dry_run or not (yes or click.confirm("Finish it?", default=False)):
            click.echo(f"Left as it is. To put it back: orlop undo {entry.id}\n")
            continue
        _told(mend.take_up(entry))
    return 0


def list_changes(entries: Iterable[Entry], form: str) -> int:
    """Print the journal: each change in its present state, oldest first."""
    entries = tuple(entries)
    if form == "json":
        click.echo(wire.encode(entries))
        return 0
    if not entries:
        click.echo("Orlop has not changed anything yet.")
    for entry in entries:
        what = f"{entry.change.setting} of {inert(entry.change.target)}"
        undoes = f", takes back {entry.undoes}" if entry.undoes else ""
        click.echo(f"{entry.id:>6}  {entry.at}  {entry.stage:<7} {what} (by {inert(entry.by)}{undoes})")
    return 0


def _made(mend: Mender, proposal: Proposal) -> int:
    try:
        _told(mend.make(proposal))
    except FixRefused as refusal:
        click.echo(click.style("Not done. ", fg="red") + str(refusal) + "\n", err=True)
        return refusal.exit_code
    return 0


def _told(outcome: Outcome) -> None:
    entry, finding = outcome.entry, outcome.finding
    what = f"Put back (it was change {entry.undoes})." if entry.undoes else "Done."
    click.echo(click.style(what, fg="green") + " Orlop read it back: it is as shown above.")
    if finding:
        click.echo(f"Looked again: finding {finding.id} is now {finding.state}.")
    if entry.stage is Stage.DONE and not entry.undoes:
        click.echo(f"To put it back: orlop undo {entry.id}")
    click.echo()


def _show(proposal: Proposal, count: str) -> None:
    finding = proposal.finding
    if finding:
        head = f"{count}  " if count else ""
        click.echo(click.style(f"{head}{finding.title}", bold=True) + f"  ({finding.severity}, {finding.id})")
        if not proposal.undoes:
            click.echo(f"  {inert(finding.because)}")
    if proposal.undoes:
        click.echo(f"  This takes back change {proposal.undoes}.")
    _diff(proposal)
    if finding and not proposal.undoes and finding.breaks:
        click.echo(f"  What it may break: {finding.breaks}")
    click.echo(f"  It needs: {', '.join(sorted(set(proposal.calls)))}\n")


def _diff(of: Proposal | Entry) -> None:
    change = wire.plain(of.change)
    where = f", {of.region}" if of.region else ""
    click.echo(f"\n  {setting_words(change)} of {inert(of.change.target)}{where}")
    for line in change_lines(change):
        click.echo("    " + click.style(str(line), fg={"-": "red", "+": "green", " ": None}[line.sign]))
    click.echo()


def _need_a_person(*, yes: bool, dry_run: bool) -> None:
    if not (yes or dry_run or sys.stdin.isatty()):
        raise BadInput(
            "Orlop asks before it changes anything, and there is nobody to ask: this is not a terminal.",
            do="Add --yes to make the changes without asking, or --dry-run to only see them.",
        )
