"""Writes who may read and change a sensitive file: its permission bits, nothing else."""

import re
from shlex import quote

from orlop.errors import FixRefused
from orlop.estate.change import Change
from orlop.estate.host.file import SensitiveFile
from orlop.fix.writer import Shell, writes_host


@writes_host(SensitiveFile, "mode")
def file_mode(shell: Shell, change: Change) -> None:
    """Set the permission bits."""
    path, mode = change.target.partition("/file")[2], str(change.becomes)
    if not path.startswith("/") or not re.fullmatch(r"0[0-7]{3}|[1-7][0-7]{3}", mode):
        raise FixRefused(f"{change.target} is no file with permissions.", means="Nothing was changed.")
    shell.run(f"chmod -- {mode} {quote(path)}")


ALL = (file_mode,)
