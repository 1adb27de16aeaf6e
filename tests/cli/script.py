"""Command-line tests that anyone can read: a script of commands with the output expected of them.

    $ orlop undo --last
    orlop: There is no change to undo. orlop undo --list shows what was done.
    ? 66

`$` begins a command, `? N` is the exit code expected of it (0 where it is missing), the lines between are its output
(both kinds). `...` alone stands for any lines; within a line for any text. `# ` begins a remark. `< TEXT` types a line,
at a terminal, where the command asks. `{NAME}` in an expected line keeps a word the first time, and means it later.
`{DIR}` is a folder of the test's own.
"""

import os
import pty
import re
import select
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ORLOP = Path(sys.executable).with_name("orlop")


@dataclass
class Step:
    """One command of a script."""

    command: str
    typed: list[str] = field(default_factory=list[str])
    expected: list[str] = field(default_factory=list[str])
    code: int = 0


def steps(text: str) -> list[Step]:
    """Return the steps of a script."""
    found: list[Step] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:]))
        elif line.startswith("? "):
            found[-1].code = int(line[2:])
        elif line.startswith("< "):
            found[-1].typed.append(line[2:])
        elif found and line.strip() and not line.startswith("# "):
            found[-1].expected.append(line.rstrip())
    return found


def play(script: Path, environment: Mapping[str, str]) -> None:
    """Run the commands of a script, and compare."""
    kept: dict[str, str] = {"DIR": environment["DIR"]}
    for step in steps(script.read_text()):
        command = _filled(step.command, kept)
        said, code = _run(shlex.split(command), step.typed, environment)
        lines = [line.rstrip() for line in said.splitlines() if line.strip()]
        _compare(step, lines, kept, f"$ {command}\n{said}\n? {code}")
        assert code == step.code, f"$ {command}\n{said}\n? {code}, expected {step.code}"


def _run(words: list[str], typed: list[str], environment: Mapping[str, str]) -> tuple[str, int]:
    command = [str(ORLOP) if words[0] == "orlop" else words[0], *words[1:]]
    env = {**os.environ, **environment}
    if typed:
        return _at_a_terminal(command, typed, env)
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.stdout, done.returncode


def _at_a_terminal(command: list[str], typed: list[str], env: Mapping[str, str]) -> tuple[str, int]:
    """Run a command with a terminal of its own, and type each line when it asks for one."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, {**env, "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "120"})
    said = ""
    left = list(typed)
    while True:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, f"nothing for a minute after: {said}"
        try:
            said += os.read(terminal, 4096).decode(errors="replace")
        except OSError:  # the terminal closes with the command
            break
        if left and said.rstrip(" ").endswith("[y/N]:"):
            os.write(terminal, (left.pop(0) + "\n").encode())
    os.close(terminal)
    return said.replace("\r", ""), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _compare(step: Step, lines: list[str], kept: dict[str, str], whole: str) -> None:
    at = 0
    loose = False
    for expected in step.expected:
        if expected.strip() == "...":
            loose = True
            continue
        while True:
            assert at < len(lines), f"missing: {_filled(expected, kept)}\n{whole}"
            found = _matches(expected, lines[at], kept)
            at += 1
            if found:
                break
            assert loose, f"expected: {_filled(expected, kept)}\nfound: {lines[at - 1]}\n{whole}"
        loose = False
    assert loose or at == len(lines), f"more than expected: {lines[at:]}\n{whole}"


def _matches(expected: str, line: str, kept: dict[str, str]) -> bool:
    pattern = re.escape(_filled(expected, kept).strip()).replace(r"\.\.\.", ".*")
    pattern = re.sub(r"\\\{([A-Z]+)\\\}", r"(?P<\1>[\\w.:/-]+)", pattern)
    match = re.fullmatch(pattern, line.strip())
    if match:
        kept |= match.groupdict()
    return match is not None


def _filled(text: str, kept: Mapping[str, str]) -> str:
    for name, word in kept.items():
        text = text.replace("{" + name + "}", word)
    return text
