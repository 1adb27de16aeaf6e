"""Who a host is, and what holds for it as a whole."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from orlop.collect.host.sections import words
from orlop.estate.host.host import Address, Automatic, OperatingSystem, Reboot

_MACHINE_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the first section says. `account` is `host:MACHINE-ID`; `hidden`: other users' processes are not shown."""

    account: str
    name: str
    as_root: bool
    hidden: bool
    os: OperatingSystem
    kernel: str
    boot_id: str
    vendor: str
    container: str


def identity(lines: list[str]) -> Identity:
    """Return who the host is. Raises: ValueError, KeyError."""
    head, release = (lines[: lines.index("==")], lines[lines.index("==") + 1 :]) if "==" in lines else (lines, [])
    said = words(head)
    return Identity(
        account=_account(said),
        name=said["name"][:253],
        as_root=said["uid"] == "0",
        hidden=said.get("hidden") == "yes",
        os=_system(release),
        kernel=said["kernel"],
        boot_id=said.get("boot", ""),
        vendor=said.get("vendor", ""),
        container=said.get("container", ""),
    )


def addresses(lines: list[str]) -> tuple[Address, ...]:
    """Return the addresses that `ip -o addr` lists, those of the loopback left out."""
    found = (line.split() for line in lines)
    return tuple(
        Address(interface=words[1].partition("@")[0], address=words[3])
        for words in found
        if words[1] != "lo" and words[2] in ("inet", "inet6")
    )


def automatic(lines: list[str]) -> Automatic:
    """Return whether updates install themselves, and what is missing where they do not."""
    said = words(lines)
    if said["by"] == "dnf":
        return Automatic(by="dnf", missing=() if said.get("timer") else ("the timer dnf-automatic.timer is off",))
    missing: list[str] = []
    if "program" not in said:
        missing.append("the package unattended-upgrades is not installed")
    if not _on(said.get("Unattended-Upgrade", "0")):
        missing.append("APT::Periodic::Unattended-Upgrade is off")
    if not _on(said.get("Update-Package-Lists", "0")):
        missing.append("APT::Periodic::Update-Package-Lists is off")
    if "timer" in said and said["timer"] not in ("enabled", "static", "alias"):
        missing.append("the timer apt-daily-upgrade.timer is off")
    return Automatic(by="apt", missing=tuple(missing))


def reboot(lines: list[str]) -> Reboot:
    """Return whether a restart is due. Raises: KeyError."""
    said = words(lines)
    asking = sorted(line[4:].strip() for line in lines if line.startswith("for "))
    reasons = [f"{package} asks for it" for package in asking]
    if said.get("required") == "yes" and not reasons:
        reasons.append("an update asks for it")
    installed, build = said.get("installed", ""), said["build"]
    if installed and "Debian" in build and installed not in build:
        reasons.append(f"kernel {installed} is installed, but an older build of it runs")
    kernels = [line[7:].strip() for line in lines if line.startswith("kernel ")]
    newest = max(kernels, key=_by_number, default="")
    if said["running"] in kernels and newest != said["running"]:
        reasons.append(f"kernel {newest} is installed, but {said['running']} runs")
    return Reboot(due=bool(reasons), reasons=tuple(reasons))


def moment(seconds: str) -> str:
    """Return a count of seconds since 1970 as ISO 8601. Raises: ValueError, OverflowError, OSError."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()


def _account(said: dict[str, str]) -> str:
    """Return the host's id; a host without a machine-id is known by a digest of its name."""
    if _MACHINE_ID.fullmatch(said.get("machine", "")):
        return f"host:{said['machine']}"
    return f"host:name-{hashlib.sha256(said['name'].encode()).hexdigest()[:24]}"


def _system(lines: list[str]) -> OperatingSystem:
    said = {key: value.strip().strip("\"'") for key, _, value in (line.partition("=") for line in lines)}
    return OperatingSystem(
        id=said.get("ID", ""),
        version=said.get("VERSION_ID", ""),
        name=said.get("PRETTY_NAME") or said.get("NAME", ""),
    )


def _on(value: str) -> bool:
    return value not in ("", "0", "never")


def _by_number(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d{1,9}", version))
