"""Who may log in (/etc/passwd, /etc/shadow, keys), and who may act as root (sudo)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orlop.collect.host.sections import split
from orlop.estate.host.account import Password

_METHODS = {
    "$1": Password.MD5,
    "$md5": Password.MD5,
    "$2a": Password.BCRYPT,
    "$2b": Password.BCRYPT,
    "$2y": Password.BCRYPT,
    "$5": Password.SHA256,
    "$6": Password.SHA512,
    "$7": Password.SCRYPT,
    "$y": Password.YESCRYPT,
    "$gy": Password.YESCRYPT,
    "des": Password.DES,
    "empty": Password.EMPTY,
    "none": Password.NONE,
    "locked": Password.LOCKED,
}
"""Source: https://manpages.debian.org/bookworm/libcrypt-dev/crypt.5.en.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One line of /etc/passwd. `password` is how the line itself keeps one: None where it points to /etc/shadow."""

    name: str
    uid: int
    home: str
    shell: str
    groups: tuple[str, ...]
    password: Password | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sudo:
    """One rule of sudo."""

    who: str
    run_as: str
    commands: tuple[str, ...]
    without_password: tuple[str, ...]
    file: str
    text: str


def users(lines: list[str]) -> list[User]:
    """Return the users of /etc/passwd. Raises: ValueError."""
    parts = split(lines)
    groups = _memberships(parts.get("==", []))
    found: list[User] = []
    for line in parts[""]:
        name, uid, gid, home, shell, kind = line.split(":")
        own = groups.get(f"#{gid}", ())
        found.append(
            User(
                name=name,
                uid=int(uid),
                home=home,
                shell=shell,
                groups=tuple(dict.fromkeys((*own, *groups.get(name, ())))),
                password=_in_passwd(kind),
            )
        )
    return found


def passwords(lines: list[str]) -> dict[str, Password]:
    """Return user -> how the password is kept, from /etc/shadow."""
    pairs = (line.partition(":") for line in lines)
    return {name: _METHODS.get(kind, Password.UNKNOWN) for name, _, kind in pairs}


def keys(lines: list[str]) -> dict[str, int]:
    """Return user -> number of keys. Raises: ValueError."""
    return {name: int(count) for name, _, count in (line.partition(":") for line in lines)}


def sudo(lines: list[str]) -> list[Sudo]:
    """Return the rules of sudo, aliases left as they are named.

    Source: https://www.sudo.ws/docs/man/sudoers.man/
    """
    found: list[Sudo] = []
    for file, told in split(lines).items():
        for text in _logical(told):
            found += _rule(file, text)
    return found


def _memberships(lines: list[str]) -> dict[str, tuple[str, ...]]:
    """Return user -> groups that name it, and `#gid` -> name of the group."""
    said: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name, gid, members = line.split(":")
        said.setdefault(f"#{gid}", (name,))
        for member in (m for m in members.split(",") if m):
            said[member] = (*said.get(member, ()), name)
    return said


def _in_passwd(kind: str) -> Password | None:
    match kind:
        case "x":
            return None
        case "empty":
            return Password.EMPTY
        case "*" | "!":
            return Password.NONE
        case _:
            return Password.UNKNOWN


def _logical(lines: list[str]) -> Iterator[str]:
    """Yield the lines with their continuations, without comments."""
    held = ""
    for line in lines:
        held += line
        if held.endswith("\\"):
            held = held[:-1] + " "
            continue
        text = re.sub(r"(?<!\\)#(?!\d).*", "", held).strip()
        held = ""
        if text and not re.match(r"@include|#include|(User|Runas|Host|Cmnd|Cmd)_Alias\b", text):
            yield text


def _rule(file: str, text: str) -> Iterator[Sudo]:
    if text.startswith("Defaults"):
        if "!authenticate" in text:
            scope = text.split()[0].removeprefix("Defaults").lstrip(":")
            everything = ("ALL",)
            yield Sudo(
                who=scope or "ALL", run_as="ALL", commands=everything, without_password=everything, file=file, text=text
            )
        return
    left, equals, right = text.partition("=")
    who = left.split()
    if not equals or not who:
        return
    run_as = re.match(r"\s*\(([^)]*)\)", right)
    commands, free = _commands(right)
    yield Sudo(
        who=who[0],
        run_as=(run_as[1].strip() if run_as else "root") or "root",
        commands=commands,
        without_password=free,
        file=file,
        text=text,
    )


def _commands(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return all commands of a rule, and those of them that need no password: a tag holds until its opposite."""
    said: list[str] = []
    free: list[str] = []
    asks = True
    for part in re.split(r"(?<!\\),", re.sub(r"\([^)]*\)", " ", text)):
        command = part.strip()
        while tag := re.match(r"([A-Z_]+):\s*", command):
            asks = {"NOPASSWD": False, "PASSWD": True}.get(tag[1], asks)
            command = command[tag.end() :]
        if command:
            said.append(command)
            if not asks:
                free.append(command)
    return tuple(said), tuple(free)
