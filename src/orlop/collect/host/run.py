"""Runs the probe, and scripts that change something, by a shell: of this machine, or of wherever `way` leads.

`way` is the command that starts the shell: `("sh",)` here; a program that opens a shell elsewhere (in a namespace, over
the network) goes before it. Laws: the probe is written nowhere on the host; its nonce is seen by nobody else there; an
answer that was cut off is still an answer.
"""

import os
import secrets
import signal
import subprocess
from collections.abc import Sequence
from importlib.resources import files

from orlop.errors import CannotReach, FixRefused

HERE: tuple[str, ...] = ("sh",)

_CLEAN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}


def ask(way: Sequence[str] = HERE, *, sections: Sequence[str] = (), timeout: float = 60) -> str:
    """Return the probe's answer; only these `sections` where some are named. `timeout` in seconds.

    After the timeout whatever had come is returned. Raises: CannotReach, where nothing came at all.
    """
    script = files("orlop.collect.host").joinpath("probe.sh").read_text()
    told = " ".join(["set --", secrets.token_hex(16), *sections])  # on standard input: a process list shows arguments
    try:
        process = _start((*way, "-s"))
    except OSError as error:
        raise CannotReach(
            f"The probe could not be started ({error.strerror}).", do="It needs a POSIX shell (sh)."
        ) from error
    try:
        out, complaint = process.communicate(f"{told}\n{script}".encode(), timeout)
    except subprocess.TimeoutExpired:
        out, complaint = _rest(process)
    except BaseException:
        _end(process)
        raise
    text = out.decode("utf-8", "replace")
    if " begin identity\n" not in text:
        why = complaint.decode("utf-8", "replace").strip().splitlines()
        raise CannotReach(f"The probe got no answer{f' ({why[0][:200]})' if why else ''}.")
    return text


class Hand:
    """A hand on one host: runs scripts there as root. It is an `orlop.fix.writer.Shell`."""

    def __init__(self, way: Sequence[str] = HERE, *, timeout: float = 120) -> None:
        """Run scripts by `way`, each for at most `timeout` seconds."""
        self._way, self._timeout = tuple(way), timeout

    def run(self, script: str, *, stdin: bytes = b"") -> str:
        """Run a script and return what it printed. Raises: FixRefused, with what it complained of.

        The script runs in a session of its own: Ctrl-C does not cut it off in the middle.
        """
        try:
            process = _start((*self._way, "-c", script))
        except OSError as error:
            raise FixRefused(f"No shell could be started ({error.strerror}).", means="Nothing was changed.") from error
        try:
            out, complaint = process.communicate(stdin, self._timeout)
        except subprocess.TimeoutExpired as error:
            _rest(process)
            raise FixRefused(
                f"The host did not finish within {self._timeout:.0f} seconds.",
                means="It may be changed in part.",
                do="orlop fix --resume (to finish) or orlop undo (to put it back).",
            ) from error
        if process.returncode != 0:
            said = complaint.decode("utf-8", "replace").strip().splitlines()
            raise FixRefused(" ".join(said[-3:])[:500] or f"The host answered with code {process.returncode}.")
        return out.decode("utf-8", "replace")


def _start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 -- our own script, no shell of the caller's
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_CLEAN,
        start_new_session=True,
    )


def _rest(process: "subprocess.Popen[bytes]") -> tuple[bytes, bytes]:
    """End a process, and return what it had said; a child that fled from its group cannot hold us up."""
    _end(process)
    try:
        return process.communicate(timeout=5)
    except subprocess.TimeoutExpired as error:
        return error.output or b"", b""


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()
