"""Questions about the kernel's switches."""

from orlop.estate.change import change
from orlop.estate.estate import Estate
from orlop.estate.host.host import Host
from orlop.estate.host.kernel import Kernel
from orlop.estate.host.tuning import Tuning, tuned
from orlop.frameworks import cis_debian
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_BRIDGES = ("docker", "br-", "virbr", "vmbr", "lxc", "lxd", "cni", "flannel", "cali", "podman", "kube", "nerdctl")
_TUNNELS = ("wg", "tun", "tap", "tailscale", "zt", "ppp")


def _by_hand(*settings: str) -> str:
    lines = "\\n".join(settings)
    return f"printf '{lines}\\n' | sudo tee -a /etc/sysctl.d/95-own.conf && sudo sysctl --system"


@rule(
    asks="Are programs loaded at places in memory that an attacker can guess?",
    severity=Severity.MEDIUM,
    controls=(cis_debian("1.5.1"),),
    by_hand=_by_hand("kernel.randomize_va_space = 2"),
    breaks="Nothing that is in common use. A few old debugging tools expect fixed places.",
)
def guessable_addresses(kernel: Kernel, estate: Estate) -> Answer:
    """Programs loaded at guessable places.

    To use a flaw in a program, an attacker must know where things lie in its memory. Random places make most such
    attacks fail.
    """
    held = kernel.random_addresses.value
    low = [t for t in held if int(t.in_force) < 2]
    if not low:
        return Pass("Programs are loaded at random places.")
    return Fail(
        f"Places in memory are not or only partly random ({_shown(low)}).",
        change(kernel, "random_addresses", tuned(held, {t.key: "2" for t in low})),
        witness=_witness(low),
    )


@rule(
    asks="May any program look into the memory of the user's other programs?",
    severity=Severity.LOW,
    controls=(cis_debian("1.5.2"),),
    by_hand=_by_hand("kernel.yama.ptrace_scope = 1"),
    breaks="Attaching a debugger to a program that already runs needs root from then on.",
)
def programs_look_into_others(kernel: Kernel, estate: Estate) -> Answer:
    """Programs may look into each other.

    One program that was taken over can then read the passwords and keys that another one of the same user holds, such
    as an SSH agent.
    """
    held = kernel.looking_into_programs.value
    if not held:
        return Fail("This kernel was built without the switch (Yama) that would forbid it.")
    low = [t for t in held if int(t.in_force) < 1]
    if not low:
        return Pass("A program may look only into those that it started itself.")
    return Fail(
        f"Every program may look into all others of the same user ({_shown(low)}).",
        change(kernel, "looking_into_programs", tuned(held, {t.key: "1" for t in low})),
        witness=_witness(low),
    )


@rule(
    asks="Does the kernel tell every user where its own parts lie in memory?",
    severity=Severity.LOW,
    controls=(),
    by_hand=_by_hand("kernel.kptr_restrict = 1", "kernel.dmesg_restrict = 1"),
    breaks="Users other than root can no longer read the kernel's messages (dmesg).",
)
def kernel_tells_secrets(kernel: Kernel, estate: Estate) -> Answer:
    """Kernel tells its secrets.

    Its messages and tables show addresses that help to turn a flaw of the kernel into full control.
    """
    held = kernel.kernel_secrets.value
    low = [t for t in held if int(t.in_force) < 1]
    if not low:
        return Pass("The kernel keeps its addresses and messages to itself.")
    return Fail(
        f"The kernel shows its addresses or messages to every user ({_shown(low)}).",
        change(kernel, "kernel_secrets", tuned(held, {t.key: "1" for t in low})),
        witness=_witness(low),
    )


@rule(
    asks="Can one user trick another's programs with prepared links and files in shared folders?",
    severity=Severity.MEDIUM,
    controls=(),
    by_hand=_by_hand(
        "fs.protected_symlinks = 1",
        "fs.protected_hardlinks = 1",
        "fs.protected_fifos = 1",
        "fs.protected_regular = 2",
    ),
    breaks="Nothing that is in common use: programs that follow other users' links in /tmp.",
)
def links_not_guarded(kernel: Kernel, estate: Estate) -> Answer:
    """Links in shared folders not guarded.

    A user puts a link into /tmp, a program of root follows it, and overwrites a file of the system. The kernel can
    refuse that.
    """
    held = kernel.links.value
    low = [t for t in held if int(t.in_force) < 1]
    wanted = {t.key: "2" if t.key == "fs.protected_regular" else "1" for t in low}
    if not low:
        return Pass("The kernel refuses such links and files.")
    return Fail(
        f"The kernel follows other users' links or files in shared folders ({_shown(low)}).",
        change(kernel, "links", tuned(held, wanted)),
        witness=_witness(low),
    )


@rule(
    asks="Are memory dumps written of programs that run with more rights than their user?",
    severity=Severity.MEDIUM,
    controls=(cis_debian("1.5.3"),),
    by_hand=_by_hand("fs.suid_dumpable = 0"),
    breaks="Crashes of such programs (sudo, passwd) leave no dump to study.",
)
def privileged_dumps(kernel: Kernel, estate: Estate) -> Answer:
    """Memory dumps of privileged programs.

    Such a program may hold passwords in its memory. When it crashes, they lie in a file.
    """
    held = kernel.dumps.value
    high = [t for t in held if t.in_force != "0"]
    if not high:
        return Pass("No dumps are written of programs with special rights.")
    only_root = all(t.in_force == "2" for t in high)
    reader = "root may read" if only_root else "the user may read"
    return Fail(
        f"Programs with special rights leave memory dumps that {reader} ({_shown(high)}).",
        change(kernel, "dumps", tuned(held, {t.key: "0" for t in high})),
        witness=_witness(high),
        severity=Severity.LOW if only_root else None,
    )


@rule(
    asks="May somebody on the network tell this machine to send its traffic another way?",
    severity=Severity.MEDIUM,
    controls=(cis_debian("3.3.5"), cis_debian("3.3.8")),
    by_hand=_by_hand(
        "net.ipv4.conf.all.accept_redirects = 0",
        "net.ipv4.conf.default.accept_redirects = 0",
        "net.ipv4.conf.all.accept_source_route = 0",
        "net.ipv4.conf.default.accept_source_route = 0",
        "net.ipv6.conf.all.accept_redirects = 0",
        "net.ipv6.conf.default.accept_redirects = 0",
    ),
    breaks="Nothing in ordinary networks: their routers do not rely on it.",
)
def routes_can_be_bent(kernel: Kernel, estate: Estate) -> Answer:
    """Routes can be bent from outside.

    A neighbour sends a message "this way is shorter", and the machine's traffic goes through the neighbour, who reads
    or changes it.
    """
    held = kernel.routes.value
    on = [t for t in held if int(t.in_force) > 0]
    if not on:
        return Pass("Nobody on the network can bend this machine's routes.")
    return Fail(
        f"The machine believes others about its routes ({_shown(on)}).",
        change(kernel, "routes", tuned(held, {t.key: "0" for t in on})),
        witness=_witness(on),
    )


@rule(
    asks="Does this machine pass on other machines' traffic, although nothing here seems to need that?",
    severity=Severity.LOW,
    controls=(cis_debian("3.3.1"),),
    by_hand=_by_hand("net.ipv4.ip_forward = 0", "net.ipv6.conf.all.forwarding = 0"),
    breaks="If the machine is a router, a gateway or a VPN after all, the machines behind it lose their connection.",
)
def passes_on_traffic(kernel: Kernel, estate: Estate) -> Answer:
    """Machine passes on traffic.

    It can then be a bridge from one network into another that were meant to be apart.
    """
    held = kernel.forwarding.value
    on = [t for t in held if t.in_force != "0"]
    if not on:
        return Pass("The machine does not pass on traffic.")
    host = estate.get(Host, kernel.account)
    names = {a.interface for a in host.addresses.value}
    needed = sorted(name for name in names if name.startswith((*_BRIDGES, *_TUNNELS)))
    if needed:
        return Pass(f"It does, and needs to: {', '.join(needed)} carries containers, virtual machines or a VPN.")
    return Fail(
        f"It passes on traffic ({_shown(on)}), but no containers, virtual machines or VPN were seen.",
        change(kernel, "forwarding", tuned(held, {t.key: "0" for t in on})),
        witness=_witness(on),
    )


def _shown(settings: list[Tuning]) -> str:
    return ", ".join(f"{t.key} is {t.in_force}" for t in settings)


def _witness(settings: list[Tuning]) -> tuple[str, ...]:
    return tuple(f"{t.key} = {t.in_force}" for t in settings)


ALL = (
    guessable_addresses,
    programs_look_into_others,
    kernel_tells_secrets,
    links_not_guarded,
    privileged_dumps,
    routes_can_be_bent,
    passes_on_traffic,
)
