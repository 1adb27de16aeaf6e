"""Reads targets into one estate.

Law: a target that cannot be opened is kept as unread where another one was read; where none was, it is an error.
"""

import re
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from orlop.collect import aws as collectors
from orlop.collect.aws import account as accounts
from orlop.collect.aws.calls import Calls, Live, has_credentials, session_of
from orlop.collect.aws.recorded.folder import folders
from orlop.collect.aws.recorded.recorder import Recorder
from orlop.collect.host import host
from orlop.collect.host.local import probe
from orlop.collect.host.ssh.where import Where
from orlop.errors import BadInput, NoAccess, OrlopError
from orlop.estate.estate import Estate, Listing
from orlop.estate.fact import Cause, Unread
from orlop.estate.host.host import Host
from orlop.estate.resource import Resource
from orlop.findings.report import Target
from orlop.operations import targets as wanted
from orlop.operations.settings import Settings, user
from orlop.store.file import load_file

ADD_AN_ACCOUNT = (
    "No AWS credentials were found. To inspect an account, too: aws configure (or aws sso login, or set AWS_PROFILE), "
    "then run this again. `orlop permissions inspect` prints the read-only rights it needs."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was read: the estate, what was looked at, hints for the reader."""

    estate: Estate
    targets: tuple[Target, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    resources: Iterable[Resource] = ()
    listings: Iterable[Listing] = ()
    targets: tuple[Target, ...] = ()
    notes: tuple[str, ...] = ()


def read(targets: Iterable[wanted.Target], settings: Settings, *, record: Path | None = None, at: str) -> Seen:
    """Read all targets side by side. `record` is a folder to keep the raw answers in, for replay.

    Raises: the error of a target, where nothing at all could be read.
    """
    targets = tuple(targets)
    with ThreadPoolExecutor(max_workers=max(1, len(targets))) as side_by_side:
        futures = [side_by_side.submit(_read, target, settings, record) for target in targets]
        parts, failures = _gathered(futures)
    if failures and not any(part.targets for part in parts):
        raise failures[0]
    parts += [_could_not(failure) for failure in failures]
    return Seen(
        estate=Estate(
            (r for part in parts for r in part.resources),
            (listing for part in parts for listing in part.listings),
            taken_at=at,
        ),
        targets=tuple(target for part in parts for target in part.targets),
        notes=tuple(note for part in parts for note in part.notes),
    )


def read_aws(
    calls: Calls,
    settings: Settings,
    *,
    regions: tuple[str, ...] = (),
    home: str = "us-east-1",
    usage: bool = False,
) -> _Part:
    """Read the account that `calls` lead to; with `usage`, also which rights were used.

    Raises: NoAccess, CannotReach.
    """
    began = time.monotonic()
    account = accounts.identify(calls, regions=regions, home=home)
    wanted_of_it = (*collectors.ALL, *(collectors.USAGE if usage else ()))
    resources, listings = accounts.read(account, calls, wanted_of_it, settings.progress, threads=settings.threads)
    seen = Target(
        kind="aws",
        id=account.id,
        label=f"AWS account {account.id}",
        scope=account.regions,
        resources=len(resources),
        calls=calls.made,
        seconds=round(time.monotonic() - began, 2),
    )
    return _Part(resources=resources, listings=listings, targets=(seen,))


def _read(target: wanted.Target, settings: Settings, record: Path | None) -> _Part:
    match target:
        case wanted.Local():
            return _read_host(probe, settings, record)
        case wanted.Hosts():
            return _read_hosts(target, settings, record)
        case wanted.AwsAccount():
            return _read_account(target, settings, record)
        case wanted.SnapshotFile(path):
            return _read_file(path)
        case wanted.Recorded(path):
            return _replay(path, settings)
        case _:
            assert_never(target)


def _read_host(ask: Callable[[], str], settings: Settings, record: Path | None) -> _Part:
    settings.progress.begin("this machine", 1)
    began = time.monotonic()
    text = ask()
    _keep(text, record, "host")
    settings.progress.end("this machine")
    return _told_by(text, "this machine", user(), time.monotonic() - began)


def _keep(text: str, record: Path | None, name: str) -> None:
    if record:
        record.mkdir(parents=True, exist_ok=True)
        (record / f"{re.sub(r'[^A-Za-z0-9.-]', '_', name)}.probe.txt").write_text(text)


def _told_by(text: str, called: str, who: str, seconds: float) -> _Part:
    """Return what a probe's answer tells; where it does not even say which machine it is, that is all there is."""
    resources, listings = host.read(text)
    this = next((r for r in resources if isinstance(r, Host)), None)
    seen = Target(
        kind="host",
        id=listings[0].account,
        label=f"{called}, {this.name}" if this else called,
        scope=("root" if this.as_root else who,) if this else (),
        resources=len(resources),
        calls=1,
        seconds=round(seconds, 2),
    )
    return _Part(resources=resources, listings=listings, targets=(seen,))


def _read_hosts(target: wanted.Hosts, settings: Settings, record: Path | None = None) -> _Part:
    """Read machines over SSH, side by side. A machine that gives no answer is unread, and costs the others nothing.

    Raises: the error of a machine, where none gave an answer.
    """
    from orlop.collect.host.ssh.fleet import Limits, ask_all  # asyncssh is 25 MB, and most runs need none of it
    from orlop.collect.host.ssh.keys import KnownHosts

    known = KnownHosts(settings.store / "known_hosts")
    settings.progress.begin(target.text, len(target.places))
    parts: list[_Part] = []
    failures: list[OrlopError] = []
    began = time.monotonic()
    for answered in ask_all(target.places, known, Limits(at_once=settings.hosts_at_once)):
        settings.progress.step(target.text)
        if answered.failure:
            failures.append(answered.failure)
            parts.append(_silent(answered.where, answered.failure))
            continue
        name = str(answered.where).removeprefix("ssh://")
        _keep(answered.text, record, name)
        parts.append(_told_by(answered.text, name, answered.where.user or user(), time.monotonic() - began))
    settings.progress.end(target.text)
    if failures and len(failures) == len(target.places):
        raise failures[0]
    first = tuple(
        f"Seen for the first time: {seen.host}:{seen.port}, with the key {seen.kind} {seen.fingerprint}. It was "
        "believed, and will be held to that key from now on."
        for seen in known.seen
    )
    return _Part(
        resources=[r for part in parts for r in part.resources],
        listings=[listing for part in parts for listing in part.listings],
        targets=tuple(seen for part in parts for seen in part.targets),
        notes=(*first, *(note for part in parts for note in part.notes)),
    )


def _silent(where: Where, failure: OrlopError) -> _Part:
    unread = Unread(Cause.DENIED if isinstance(failure, NoAccess) else Cause.FAILED, failure.happened)
    listing = Listing(kind=Host.KIND, account=str(where), region="", source="ssh", unread=unread)
    return _Part(listings=(listing,), notes=(f"Not inspected: {failure}",))


def _read_account(target: wanted.AwsAccount, settings: Settings, record: Path | None) -> _Part:
    session = target.session or session_of(target.profile or settings.profile)
    if not target.asked and not has_credentials(session):
        return _Part(notes=(ADD_AN_ACCOUNT,))
    with Live(session, threads=settings.threads) as live:
        if record is None:
            return read_aws(live, settings, regions=target.regions, home=live.home, usage=target.usage)
        kept = Recorder(live, record)
        return read_aws(kept, settings, regions=target.regions, home=live.home, usage=target.usage)


def _read_file(path: Path) -> _Part:
    estate, seen = load_file(path)
    return _Part(resources=estate.resources, listings=estate.listings, targets=seen)


def _replay(folder: Path, settings: Settings) -> _Part:
    parts: list[_Part] = []
    for dump in sorted(folder.glob("*.probe.txt")):
        called = "this machine" if dump.name == "host.probe.txt" else dump.name.removesuffix(".probe.txt")
        parts.append(_told_by(dump.read_text("utf-8", "replace"), called, user(), 0))
    asked = [source for collector in (*collectors.ALL, *collectors.USAGE) for source in collector.sources]
    for calls in folders(folder, asked):
        usage = calls.holds("iam:GetServiceLastAccessedDetails")
        parts.append(read_aws(calls, settings, regions=calls.regions, home=calls.home, usage=usage))
    if not parts:
        raise BadInput(
            f"{folder} holds no answer that Orlop knows.",
            do="Give a folder of what AWS's command line prints (aws ec2 describe-vpcs > a.json), or of orlop export.",
        )
    return _Part(
        resources=[r for part in parts for r in part.resources],
        listings=[listing for part in parts for listing in part.listings],
        targets=tuple(target for part in parts for target in part.targets),
    )


def _gathered(futures: "list[Future[_Part]]") -> tuple[list[_Part], list[OrlopError]]:
    parts: list[_Part] = []
    failures: list[OrlopError] = []
    for future in futures:
        try:
            parts.append(future.result())
        except OrlopError as failure:
            failures.append(failure)
    return parts, failures


def _could_not(failure: OrlopError) -> _Part:
    unread = Unread(Cause.FAILED, failure.happened)
    listing = Listing(kind="target", account="", region="", source="opening a target", unread=unread)
    return _Part(listings=(listing,), notes=(f"Not inspected: {failure}",))
