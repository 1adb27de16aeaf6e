"""Settings in force beside what Orlop's own file says of them: the SSH server's, and the kernel's."""

from collections.abc import Mapping

from orlop.collect.host.sections import split, words
from orlop.estate.host import kernel, ssh
from orlop.estate.host.tuning import Tuning


def sshd_settings(lines: list[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the keywords in force for somebody from outside. Raises: KeyError."""
    return _keywords(split(lines)["anyone"])


def sshd_group(lines: list[str], field: str) -> tuple[Tuning, ...]:
    """Return the keywords of a field of `SshServer`. Raises: KeyError, ValueError."""
    parts = split(lines)
    said = _keywords(parts["root" if field == "root_login" else "anyone"])
    ours = {key.lower(): value for key, value in words(parts.get("ours", [])).items()}
    found = tuple(
        Tuning(key=key, in_force=said[key][0], in_our_file=ours.get(key)) for key in ssh.GROUPS[field] if key in said
    )
    if not found:
        raise ValueError("sshd does not say it")
    return found


def sshd_head(lines: list[str]) -> tuple[bool, bool, tuple[str, ...]]:
    """Return whether sshd runs (or is started by a socket), whether it reads drop-ins, and which there are."""
    head = split(lines)[""]
    said = words(head)
    running = said.get("running") == "1" or said.get("socket", "0") not in ("", "0")
    dropins = (line.removeprefix("dropin ") for line in head if line.startswith("dropin "))
    return running, said.get("includes") == "yes", tuple(name for name in dropins if name != "10-orlop.conf")


def kernel_group(lines: list[str], field: str) -> tuple[Tuning, ...]:
    """Return the keys of a field of `Kernel`, those that the kernel has and shows. Raises: KeyError."""
    parts = split(lines)
    said = {key.replace("/", "."): value for key, value in words(parts[""]).items()}
    pairs = (line.partition("=") for line in parts["ours"] if not line.lstrip().startswith(("#", ";")))
    ours = {key.strip(): value.strip() for key, _, value in pairs}
    return tuple(
        Tuning(key=key, in_force=said[key], in_our_file=ours.get(key))
        for key in kernel.GROUPS[field]
        if said.get(key, "") != ""
    )


def _keywords(lines: list[str]) -> Mapping[str, tuple[str, ...]]:
    said: dict[str, tuple[str, ...]] = {}
    for line in lines:
        key, _, value = line.partition(" ")
        said[key] = (*said.get(key, ()), value)
    return said
