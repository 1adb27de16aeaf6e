"""Runs a command as a process of its own, and says what it cost."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run cost: seconds on the clock and of CPU (user and system, with children), MiB at the peak, bytes
    written. `calls` are the requests that the proxy saw; `code` is the exit code, or None where it was stopped
    because its time was up.
    """

    wall: float
    cpu: float
    peak: float
    written: int
    calls: int
    code: int | None


def run(command: Sequence[str], environment: Mapping[str, str], output: Path, *, limit: float) -> Cost:
    """Run a command, its stdout into a file in the folder `output`, for `limit` seconds at most."""
    output.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    with (output / "stdout").open("wb") as said, (output / "stderr").open("wb") as complained:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=said, stderr=complained)
        late = threading.Timer(limit, process.kill)
        late.start()
        _, status, used = os.wait4(process.pid, 0)
        late.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        wall=time.perf_counter() - begun,
        cpu=used.ru_utime + used.ru_stime,
        peak=used.ru_maxrss / 1024,
        written=sum(file.stat().st_size for file in output.rglob("*") if file.is_file()),
        calls=0,
        code=process.returncode if process.returncode >= 0 else None,
    )
