"""What the kernel filters: from nft's JSON, or from iptables-save where there is no nft.

Only one thing is concluded: whether new incoming traffic that no rule allows is blocked. That is so where a chain at
the hook `input` ends in a block: by its policy, or by a last rule without any condition.
"""

import json
import re
from typing import Any

from orlop.collect.host.sections import split
from orlop.estate.host.host import Firewall

_BLOCKING = ("drop", "reject")
_NO_CONDITION = ("counter", "log", "drop", "reject")


def firewall(lines: list[str]) -> Firewall:
    """Return whether new traffic is blocked unless allowed. Raises: ValueError, KeyError, TypeError."""
    parts = split(lines)
    by: list[tuple[str, str]] = []
    if "nft" in parts:
        by += _nft("\n".join(parts["nft"]))
    by += [("ip", "iptables INPUT")] * _iptables(parts.get("ip", []))
    by += [("ip6", "ip6tables INPUT")] * _iptables(parts.get("ip6", []))
    return Firewall(
        blocks_ipv4=any(family in ("ip", "inet") for family, _ in by),
        blocks_ipv6=any(family in ("ip6", "inet") for family, _ in by),
        by=tuple(name for _, name in by),
        tools=tuple(line.removeprefix("tool ") for line in parts[""] if line.startswith("tool ")),
    )


def closed(lines: list[str]) -> frozenset[tuple[str, int]]:
    """Return the ports that Orlop's own table closes, as protocol and number. Raises: ValueError, KeyError."""
    if lines == ["none"]:
        return frozenset()
    comments = [str(rule.get("comment", "")) for rule in _all("\n".join(lines), "rule")]
    said = (re.fullmatch(r"orlop:(tcp|udp)/(\d{1,5})", comment) for comment in comments)
    return frozenset((match[1], int(match[2])) for match in said if match)


def _nft(text: str) -> list[tuple[str, str]]:
    """Return family and name of each chain that blocks what no rule allows."""
    rules: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for rule in _all(text, "rule"):
        rules.setdefault((rule["family"], rule["table"], rule["chain"]), []).append(rule)
    blocking: list[tuple[str, str]] = []
    for chain in _all(text, "chain"):
        if chain.get("hook") != "input" or chain.get("type") != "filter":
            continue
        family, table, name = chain["family"], chain["table"], chain["name"]
        last = rules.get((family, table, name), [{}])[-1]
        if chain.get("policy") == "drop" or _blocks_all(last.get("expr", [])):
            blocking.append((family, f"{family} {table} {name}"))
    return blocking


def _blocks_all(expressions: list[dict[str, Any]]) -> bool:
    kinds = [kind for expression in expressions for kind in expression]
    return any(kind in _BLOCKING for kind in kinds) and all(kind in _NO_CONDITION for kind in kinds)


def _all(text: str, kind: str) -> list[dict[str, Any]]:
    """Return every object of a kind in nft's JSON. Source: libnftables-json(5)."""
    return [item[kind] for item in json.loads(text)["nftables"] if kind in item]


def _iptables(lines: list[str]) -> bool:
    """Whether the table `filter` blocks at INPUT what no rule allows."""
    rules = [line for line in lines if line.startswith("-A INPUT ")]
    last = rules[-1] if rules else ""
    return any(line.startswith(":INPUT DROP") for line in lines) or bool(
        re.fullmatch(r"-A INPUT -j (DROP|REJECT)( --reject-with \S+)?", last.strip())
    )
