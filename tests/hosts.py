"""Hosts made up for tables: a good machine, of which a row says what is different."""

from dataclasses import replace
from typing import Any

from orlop.estate.fact import Cause, Fact, Unread
from orlop.estate.host import kernel as kernels
from orlop.estate.host.account import Password, SudoRule, UserAccount
from orlop.estate.host.file import SensitiveFile
from orlop.estate.host.host import Address, Automatic, Firewall, Host, OperatingSystem, Reboot, Updates
from orlop.estate.host.kernel import Kernel
from orlop.estate.host.port import Listener, PortGuard, Program
from orlop.estate.host.ssh import SshServer
from orlop.estate.host.tuning import Tuning
from tests.cases import days_ago

HOST = "host:0123456789abcdef0123456789abcdef"
NOT_ROOT = Unread(Cause.DENIED, "only root may read it", "root")
DEBIAN = OperatingSystem(id="debian", version="12", name="Debian GNU/Linux 12 (bookworm)")
CLOSED = Firewall(blocks_ipv4=True, blocks_ipv6=True, by=("inet filter input",), tools=())
OPEN = Firewall(blocks_ipv4=False, blocks_ipv6=False, by=(), tools=())
FRESH = Updates(security=(), security_source=True, lists_at=days_ago(1))
STRONG = {
    "ciphers": "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com",
    "macs": "hmac-sha2-512-etm@openssh.com",
    "kexalgorithms": "curve25519-sha256",
}
_PLAIN: dict[str, Any] = {"account": HOST, "region": "", "source": "probe:test"}


def fact(answer: Any, section: str = "test") -> Fact[Any]:
    return Fact(answer, f"probe:{section}")


def host(**different: Any) -> Host:
    good = Host(
        id=HOST,
        name="claims-01",
        as_root=True,
        os=DEBIAN,
        kernel="6.1.0-40-amd64",
        boot_id="b",
        vendor="",
        container="",
        addresses=fact((Address(interface="eth0", address="10.0.0.5/24"),)),
        firewall=fact(CLOSED),
        updates=fact(FRESH),
        automatic_updates=fact(Automatic(by="apt", missing=())),
        reboot=fact(Reboot(due=False, reasons=())),
        time_services=fact(("chronyd",)),
        **_PLAIN,
    )
    return replace(good, **_facts(good, different))


def listener(address: str, port: int, name: str = "daemon", *, protocol: str = "tcp", **different: Any) -> Listener:
    running = Program(name=name, path=f"/usr/sbin/{name}", deleted=False, user="root", script="", contained=False)
    good = Listener(
        id=f"{HOST}/listener/{protocol}/{address}:{port}",
        name=f"{protocol}/{port}",
        protocol=protocol,
        address=address,
        port=port,
        interface="",
        program=fact(running),
        package=fact(name),
        unit=fact(f"{name}.service"),
        **_PLAIN,
    )
    return replace(good, **_facts(good, different))


def program(path: str, **different: Any) -> Program:
    good = Program(name=path.rpartition("/")[2], path=path, deleted=False, user="root", script="", contained=False)
    return replace(good, **different)


def guard(port: int, closed: bool | Unread = False, protocol: str = "tcp") -> PortGuard:
    return PortGuard(
        id=f"{HOST}/port/{protocol}/{port}",
        name=f"{protocol}/{port}",
        protocol=protocol,
        port=port,
        closed=fact(closed),
        **_PLAIN,
    )


def user(name: str, uid: int = 1000, **different: Any) -> UserAccount:
    good = UserAccount(
        id=f"{HOST}/user/{name}",
        name=name,
        uid=uid,
        home=f"/home/{name}",
        shell="/bin/bash",
        groups=(name,),
        password=fact(Password.YESCRYPT),
        keys=fact(0),
        **_PLAIN,
    )
    return replace(good, **_facts(good, different))


def sudo(who: str, *free: str, run_as: str = "ALL", commands: tuple[str, ...] = ("ALL",)) -> SudoRule:
    return SudoRule(
        id=f"{HOST}/sudo/{who}/1",
        name=who,
        who=who,
        run_as=run_as,
        commands=commands,
        without_password=free,
        file="/etc/sudoers.d/x",
        text=f"{who} ALL=({run_as}) ...",
        **_PLAIN,
    )


def server(*, running: bool = True, reads_dropins: bool = True, **different: str | Unread) -> SshServer:
    """An SSH server; a keyword of sshd_config says what is different, or a field that was not read."""
    said = {
        "permitrootlogin": "no",
        "passwordauthentication": "no",
        "kbdinteractiveauthentication": "no",
        "permitemptypasswords": "no",
        "maxauthtries": "4",
        "x11forwarding": "no",
        "allowagentforwarding": "no",
        **STRONG,
        **{key: value for key, value in different.items() if isinstance(value, str)},
    }

    def held(field: str, *keys: str) -> Fact[Any]:
        gap = different.get(field)
        return fact(gap if isinstance(gap, Unread) else tuple(Tuning(key=key, in_force=said[key]) for key in keys))

    return SshServer(
        id=f"{HOST}/sshd",
        name="sshd",
        running=running,
        reads_dropins=reads_dropins,
        dropins=(),
        settings=fact({key: (value,) for key, value in said.items()}),
        root_login=held("root_login", "permitrootlogin"),
        password_login=held("password_login", "passwordauthentication", "kbdinteractiveauthentication"),
        empty_passwords=held("empty_passwords", "permitemptypasswords"),
        tries=held("tries", "maxauthtries"),
        forwarding=held("forwarding", "x11forwarding", "allowagentforwarding"),
        algorithms=held("algorithms", "ciphers", "macs", "kexalgorithms"),
        **_PLAIN,
    )


def kernel(field: str, *values: str | Unread) -> Kernel:
    """A kernel whose `field` holds these values, key by key; or that was not read. All other fields are empty."""
    first = values[0] if values else ""
    keys = zip(kernels.GROUPS[field], values, strict=False)
    held = first if isinstance(first, Unread) else tuple(Tuning(key=k, in_force=str(v)) for k, v in keys)
    facts: dict[str, Any] = {name: fact(held if name == field else ()) for name in kernels.GROUPS}
    return Kernel(id=f"{HOST}/kernel", name="kernel", **facts, **_PLAIN)


def file(path: str, mode: str, owner: str = "root", group: str = "root") -> SensitiveFile:
    return SensitiveFile(
        id=f"{HOST}/file{path}", name=path, mode=mode, owner=owner, group=group, folder=False, **_PLAIN
    )


def _facts(good: object, different: dict[str, Any]) -> dict[str, Any]:
    """What is different, each put into a fact where the field is one."""
    return {
        name: fact(value) if isinstance(getattr(good, name), Fact) and not isinstance(value, Fact) else value
        for name, value in different.items()
    }
