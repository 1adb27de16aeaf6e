"""A list of hosts in a file: plain, one a line, or an Ansible inventory (INI or YAML).

Of Ansible's variables those count that say how to log in: `ansible_host`, `ansible_port`, `ansible_user`,
`ansible_ssh_private_key_file`, and a `ProxyJump` in `ansible_ssh_common_args`. Variables of groups hold for their
hosts; a host's own go before them, and an inner group's before an outer one's.

Sources: https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html
"""

import itertools
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import yaml

from orlop.collect.host.ssh.where import Where, where
from orlop.errors import BadInput

_MOST = 100_000
"""How many hosts one file may name; a pattern such as `web[1:999999999]` is an error, not a long wait."""


@dataclass(slots=True)
class _Group:
    hosts: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    children: list[str] = field(default_factory=list[str])
    variables: dict[str, str] = field(default_factory=dict[str, str])


def inventory(path: Path) -> tuple[Where, ...]:
    """Return the hosts that a file names, each once, in its order. Raises: BadInput."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise BadInput(f"{path} cannot be read ({why}).", do="Give a file with a host a line.") from error
    groups = _yaml(path, text) if path.suffix in (".yml", ".yaml") else _ini(path, text)
    found = tuple(_hosts(path, groups))
    if not found:
        raise BadInput(f"{path} names no host.", do="Give a file with a host a line: admin@web-1.example.org:22")
    return found


def _ini(path: Path, text: str) -> dict[str, _Group]:
    """Read a plain list, or Ansible's INI: a plain list is one group without a name."""
    groups: dict[str, _Group] = {"": _Group()}
    group, part = groups[""], ""
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("["):
            name, _, part = line.strip("[] ").partition(":")
            group = groups.setdefault(name, _Group())
            continue
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise BadInput(f"{path}, line {number}: a quotation mark is not closed.") from error
        if part == "children":
            group.children.append(words[0])
        elif part == "vars":
            key, _, value = line.partition("=")
            group.variables[key.strip()] = value.strip().strip("\"'")
        else:
            said = dict(word.split("=", 1) for word in words[1:] if "=" in word)
            for name in _spread(path, words[0]):
                group.hosts.setdefault(name, {}).update(said)
    return groups


def _yaml(path: Path, text: str) -> dict[str, _Group]:
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError as error:
        at = getattr(error, "problem_mark", None)
        raise BadInput(f"{path} is no YAML{f', line {at.line + 1}' if at else ''}.") from error
    groups: dict[str, _Group] = {}
    if isinstance(said, Mapping):
        for name, group in _items(said):
            _yaml_group(path, name, group, groups)
    return groups


def _yaml_group(path: Path, name: str, said: Any, groups: dict[str, _Group]) -> None:
    group = groups.setdefault(name, _Group())
    parts = dict(_items(said))
    for pattern, told in _items(parts.get("hosts")):
        own = {key: str(value) for key, value in _items(told)}
        for host in _spread(path, pattern):
            group.hosts.setdefault(host, {}).update(own)
    group.variables.update({key: str(value) for key, value in _items(parts.get("vars"))})
    for child, told in _items(parts.get("children")):
        group.children.append(child)
        _yaml_group(path, child, told, groups)


def _items(said: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(said, Mapping):
        yield from ((str(key), value) for key, value in cast("Mapping[Any, Any]", said).items())


_RANGE = re.compile(r"\[(\w+):(\w+)(?::(\d+))?\]")


def _spread(path: Path, pattern: str) -> Iterable[str]:
    """Return the hosts that a pattern means: `web[01:03]` is web01, web02, web03."""
    parts: list[list[str]] = []
    at = 0
    for found in _RANGE.finditer(pattern):
        parts += [[pattern[at : found.start()]], _counted(path, *found.groups())]
        at = found.end()
    parts.append([pattern[at:]])
    return map("".join, itertools.islice(itertools.product(*parts), _MOST + 1))


def _counted(path: Path, first: str, last: str, step: str | None) -> list[str]:
    by = int(step or 1) or 1
    if first.isdigit() and last.isdigit():
        numbers = range(int(first), int(last) + 1, by)
        if len(numbers) > _MOST:
            raise BadInput(f"{path}: [{first}:{last}] are too many hosts.")
        return [str(number).zfill(len(first)) for number in numbers]
    if len(first) == len(last) == 1 and first.isalpha() and last.isalpha():
        return [chr(code) for code in range(ord(first), ord(last) + 1, by)]
    raise BadInput(f"{path}: [{first}:{last}] is no range of hosts.")


def _hosts(path: Path, groups: dict[str, _Group]) -> Iterator[Where]:
    """Yield each host once, with what its groups, the outermost first, and it itself say."""
    told: dict[str, dict[str, str]] = {}
    own: dict[str, dict[str, str]] = {}
    inner = {child for group in groups.values() for child in group.children}
    everyone = groups.get("all", _Group()).variables

    def walk(name: str, above: dict[str, str], seen: tuple[str, ...]) -> None:
        group = groups.get(name)
        if group is None or name in seen:
            return
        said = {**above, **group.variables}
        for host, variables in group.hosts.items():
            told.setdefault(host, {}).update(said)
            own.setdefault(host, {}).update(variables)
            if len(told) > _MOST:
                raise BadInput(f"{path} names more than {_MOST:,} hosts.")
        for child in group.children:
            walk(child, said, (*seen, name))

    for name in groups:
        if name not in inner:
            walk(name, everyone, ())
    for host, variables in told.items():
        yield _where(path, host, {**variables, **own[host]})


_JUMP = re.compile(r"(?:-J\s*|ProxyJump[= ])\"?([\w.@:,\[\]-]+)")


def _where(path: Path, host: str, said: Mapping[str, str]) -> Where:
    try:
        place = where(host)
        address = said.get("ansible_host") or said.get("ansible_ssh_host")
        port = said.get("ansible_port") or said.get("ansible_ssh_port")
        named = replace(place, host=where(address).host, name=place.host) if address else place
        jump = _JUMP.search(said.get("ansible_ssh_common_args", "") + " " + said.get("ansible_ssh_extra_args", ""))
        return replace(
            named,
            port=int(port) if port else named.port,
            user=said.get("ansible_user") or said.get("ansible_ssh_user") or named.user,
            key=said.get("ansible_ssh_private_key_file", ""),
            jump=jump[1] if jump else "",
        )
    except ValueError as error:
        raise BadInput(f"{path}: {host} cannot be read as a host ({error}).") from error
