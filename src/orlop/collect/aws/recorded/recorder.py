"""Keeps AWS's answers in a folder, as AWS's command line would print them, for `recorded://DIR`.

A file a call: `REGION/SERVICE/OPERATION.json`, or `.../OPERATION/THING.json` where it is about one thing; its pages put
together, and under `$call` what was asked and, where AWS did not answer, why.

Laws: what is secret is left out; a file is whole or not there.
"""

import base64
import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from botocore import xform_name

from orlop.collect.aws.calls import Answer, CallFailed, Calls

_SECRET = frozenset(
    {"SecretAccessKey", "SessionToken", "SecretString", "SecretBinary", "UserData", "Variables", "MasterUserPassword"}
)
"""What is never kept: credentials, secrets, start-up scripts, and the variables of functions, which often hold one."""


class Recorder:
    """Passes calls on, and keeps each answer once it is whole."""

    def __init__(self, calls: Calls, folder: Path) -> None:
        """Write into `folder`, which is made, and which only its owner may read."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._calls, self._folder = calls, folder

    @property
    def made(self) -> int:
        """How many requests went out."""
        return self._calls.made

    def pages(self, service: str, region: str, operation: str, params: Answer) -> Iterator[Answer]:
        """Yield the pages of the answer. Raises: CallFailed."""
        whole: Answer = {}
        failed: dict[str, Any] | None = None
        try:
            for page in self._calls.pages(service, region, operation, params):
                _add(whole, _plain(page))
                yield page
        except CallFailed as failure:
            failed = {"code": failure.code, "cause": failure.unread.cause, "why": failure.unread.why}
            failed["permission"] = failure.unread.permission
            raise
        finally:
            call = {"service": service, "region": region, "operation": operation, "params": params, "failed": failed}
            _write(self._folder / _name(service, region, operation, params), {**whole, "$call": call})


def _add(whole: Answer, page: Answer) -> None:
    for key, held in page.items():
        if isinstance(held, list) and isinstance(whole.get(key), list):
            whole[key] += held
        else:
            whole[key] = held


def _name(service: str, region: str, operation: str, params: Answer) -> Path:
    file = xform_name(operation).replace("_", "-")
    where = Path(region or "global") / service
    things = [value for value in params.values() if isinstance(value, str)]
    if not params:
        return where / f"{file}.json"
    told = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()[:8]
    thing = re.sub(r"[^\w.-]", "-", re.split(r"[:/]", things[0])[-1])[:80] if things else "all"
    return where / file / f"{thing}.{told}.json"


def _write(file: Path, body: Answer) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    begun = file.with_suffix(f".{threading.get_ident()}.part")
    with open(begun, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        json.dump(body, out, indent=1, ensure_ascii=False)
    begun.replace(file)


def _plain(value: Any) -> Any:
    """Return an answer as JSON can hold it: without secrets, times and bytes as the command line has them."""
    match value:
        case dict():
            keys = cast("dict[str, Any]", value)
            return {k: _plain(v) for k, v in keys.items() if k not in _SECRET and k != "ResponseMetadata"}
        case list():
            return [_plain(each) for each in cast("list[Any]", value)]
        case datetime():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode()
        case _:
            return value
