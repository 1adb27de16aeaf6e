"""The kernel's switches that matter for safety, grouped by what they are for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.fact import Fact
from orlop.estate.host.tuning import Tuning

GROUPS: Mapping[str, tuple[str, ...]] = {
    "random_addresses": ("kernel.randomize_va_space",),
    "looking_into_programs": ("kernel.yama.ptrace_scope",),
    "kernel_secrets": ("kernel.kptr_restrict", "kernel.dmesg_restrict"),
    "links": (
        "fs.protected_symlinks",
        "fs.protected_hardlinks",
        "fs.protected_fifos",
        "fs.protected_regular",
    ),
    "dumps": ("fs.suid_dumpable",),
    "routes": (
        "net.ipv4.conf.all.accept_redirects",
        "net.ipv4.conf.default.accept_redirects",
        "net.ipv4.conf.all.accept_source_route",
        "net.ipv4.conf.default.accept_source_route",
        "net.ipv6.conf.all.accept_redirects",
        "net.ipv6.conf.default.accept_redirects",
        "net.ipv6.conf.all.accept_source_route",
        "net.ipv6.conf.default.accept_source_route",
    ),
    "forwarding": ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"),
}
"""Field of `Kernel` -> the sysctl keys that it holds, those that this kernel has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernel:
    """The kernel's switches. One a host; in a container they are those of the machine around it.

    A key that the kernel does not have is left out. A field without any key means: this kernel has no such switch.

    Source: https://docs.kernel.org/admin-guide/sysctl/
    """

    KIND: ClassVar[str] = "Host::Kernel"

    id: str
    account: str
    region: str
    name: str
    source: str
    random_addresses: Fact[tuple[Tuning, ...]]
    looking_into_programs: Fact[tuple[Tuning, ...]]
    kernel_secrets: Fact[tuple[Tuning, ...]]
    links: Fact[tuple[Tuning, ...]]
    dumps: Fact[tuple[Tuning, ...]]
    routes: Fact[tuple[Tuning, ...]]
    forwarding: Fact[tuple[Tuning, ...]]


KINDS = (Kernel,)
