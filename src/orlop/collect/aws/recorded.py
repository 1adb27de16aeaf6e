"""Answers of AWS kept in a folder, and played back as if AWS answered.

One file, `aws.calls.jsonl.gz`, a line a call: `{"call": [service, region, operation, params], "pages": [...], "failed":
null}`; `failed` holds code, cause, why and permission of a call that was not answered to its end.

Law: what is not in the recording is unread, never empty.
"""

import gzip
import json
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from orlop.collect.aws.calls import Answer, CallFailed, Calls
from orlop.errors import BadInput
from orlop.estate.fact import Cause, Unread

FILE = "aws.calls.jsonl.gz"

_SECRET = frozenset({"SecretAccessKey", "SessionToken", "SecretString", "SecretBinary", "UserData"})


class Recorder:
    """Passes calls on, and keeps each answer once it is whole. What is secret is left out."""

    def __init__(self, calls: Calls, folder: Path) -> None:
        """Write into `folder`, which is made, and which only its owner may read."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._calls = calls
        self._file = gzip.open(folder / FILE, "wt", encoding="utf-8")  # noqa: SIM115 -- open as long as this object
        self._lock = threading.Lock()

    @property
    def made(self) -> int:
        """How many requests went out."""
        return self._calls.made

    def pages(self, service: str, region: str, operation: str, params: Answer) -> Iterator[Answer]:
        """Yield the pages of the answer. Raises: CallFailed."""
        kept: list[Answer] = []
        failed: dict[str, Any] | None = None
        try:
            for page in self._calls.pages(service, region, operation, params):
                kept.append(_plain(page))
                yield page
        except CallFailed as failure:
            failed = {"code": failure.code, "cause": failure.unread.cause, "why": failure.unread.why}
            failed["permission"] = failure.unread.permission
            raise
        finally:
            line = {"call": [service, region, operation, params], "pages": kept, "failed": failed}
            with self._lock:
                self._file.write(json.dumps(line) + "\n")

    def __enter__(self) -> "Recorder":
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write out the rest."""
        self._file.close()


class Replay:
    """Answers out of a recording."""

    def __init__(self, lines: Iterator[Mapping[str, Any]]) -> None:
        """Hold the calls of `lines`."""
        self.made = 0
        self._answers = {_key(*line["call"]): line for line in lines}

    @classmethod
    def found(cls, folder: Path) -> "Replay | None":
        """Return the recording in `folder`, None where there is none. Raises: BadInput, for a damaged one."""
        file = folder / FILE
        if not file.exists():
            return None
        try:
            with gzip.open(file, "rt", encoding="utf-8") as lines:
                return cls(json.loads(line, object_hook=_from_plain) for line in lines)
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{file} is not a whole recording of Orlop's.", do="Record it again.") from error

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions that were asked which instances they have."""
        found = {key[1] for key in self._answers if key[:1] == ("ec2",) and key[2] != "DescribeRegions"}
        return tuple(sorted(found))

    @property
    def home(self) -> str:
        """The region where the caller was identified."""
        return next((key[1] for key in self._answers if key[0] == "sts"), "us-east-1")

    def pages(self, service: str, region: str, operation: str, params: Answer) -> Iterator[Answer]:
        """Yield the recorded pages. Raises: CallFailed, as recorded, or because it was not recorded."""
        source = f"{service}:{operation}"
        line = self._answers.get(_key(service, region, operation, params))
        if line is None:
            raise CallFailed(source, "", Unread(Cause.NOT_LOOKED_AT, "not in the recording"))
        self.made += 1
        yield from line["pages"]
        if failed := line["failed"]:
            unread = Unread(Cause(failed["cause"]), failed["why"], failed["permission"])
            raise CallFailed(source, failed["code"], unread)


def _key(service: str, region: str, operation: str, params: Answer) -> tuple[str, str, str, str]:
    return service, region, operation, json.dumps(params, sort_keys=True)


def _plain(value: Any) -> Any:
    """Return an answer as JSON can hold it: no secrets, no transport data, times and bytes marked."""
    match value:
        case dict():
            return {k: _plain(v) for k, v in value.items() if k not in _SECRET and k != "ResponseMetadata"}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- JSON
        case list():
            return [_plain(v) for v in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- JSON
        case datetime():
            return {"$time": value.isoformat()}
        case bytes():
            return {"$bytes": value.hex()}
        case _:
            return value


def _from_plain(value: dict[str, Any]) -> Any:
    if "$time" in value:
        return datetime.fromisoformat(value["$time"])
    if "$bytes" in value:
        return bytes.fromhex(value["$bytes"])
    return value
