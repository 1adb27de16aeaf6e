"""A host for tests: this machine's own files under an overlay, in namespaces of its own.

It is real: a real kernel, shell, sshd and nftables. Nothing that happens in it is seen outside: files are written to
memory, the network is one that leads nowhere, other processes are not there. Of the kernel's switches those that are
not divided by namespaces (`kernel.*`, `fs.*`) are copies in plain files, laid over the real ones.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from threading import Timer

import pytest

_APART = ("setpriv", "--pdeathsig", "KILL", "unshare", "-m", "-p", "--fork", "--kill-child", "--mount-proc")
"""In namespaces of its own, which end with all in them when the test ends, however it ends."""

PYTHON = os.path.realpath(sys.executable)
"""The interpreter itself: the host has a /tmp of its own, in which no virtual environment of ours lies."""

NEEDED = ("setpriv", "unshare", "nsenter", "mount", "pivot_root", "ip", "nft", "sshd", "ssh-keygen")

_SHARED = (
    *("kernel/randomize_va_space", "kernel/yama/ptrace_scope", "kernel/kptr_restrict", "kernel/dmesg_restrict"),
    *("fs/protected_symlinks", "fs/protected_hardlinks", "fs/protected_fifos", "fs/protected_regular"),
    "fs/suid_dumpable",
)

_BIRTH = f"""
set -eu; umask 022
mount -t tmpfs tmpfs "$1"; cd "$1"; mkdir up work root
mount -t overlay overlay -o lowerdir=/,upperdir="$1/up",workdir="$1/work" root
cd root
mount -t proc proc proc; mount -t sysfs -o ro sysfs sys; mount --rbind /dev dev
mount -t tmpfs tmpfs run; mount -t tmpfs -o mode=1777 tmpfs tmp
mkdir -p old; pivot_root . old; cd /; umount -l /old
hostname lab; ip link set lo up
mkdir -p /run/switches
for key in {" ".join(_SHARED)}; do
  if [ -e /proc/sys/$key ]; then
    copy=/run/switches/$(echo $key | tr / .); cat /proc/sys/$key >$copy; mount --bind $copy /proc/sys/$key
  fi
done
rm -f /etc/ssh/ssh_host_*; ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
mkdir -p -m 755 /etc/ssh/sshd_config.d; rm -f /etc/ssh/sshd_config.d/*
printf 'Include /etc/ssh/sshd_config.d/*.conf\\nUsePAM no\\n' >/etc/ssh/sshd_config
: >/etc/sysctl.conf; rm -f /etc/sysctl.d/*
ip netns add neighbour; ip link add eth0 type veth peer name eth0 netns neighbour
ip addr add 10.9.0.1/24 dev eth0; ip link set eth0 up
ip -n neighbour addr add 10.9.0.2/24 dev eth0; ip -n neighbour link set eth0 up
echo born
exec sleep infinity
"""

_KNOCK = "import socket; socket.create_connection(('10.9.0.1', {port}), 3).close()"
_LISTEN = """
import socket
held = socket.create_server(('', {port}))
print('listening', flush=True)
kept = []
while True:
    kept.append(held.accept())
"""


def missing() -> str:
    """Why such a host cannot be made here; empty where it can."""
    if os.geteuid() != 0:
        return "needs root: it makes namespaces and mounts"
    gone = [name for name in NEEDED if not shutil.which(name)]
    return f"needs {', '.join(gone)}" if gone else ""


@dataclass
class Lab:
    """A host that runs. `way` is the command before `sh` that leads into it."""

    pid: int
    running: list["subprocess.Popen[str]"]

    @property
    def way(self) -> tuple[str, ...]:
        return ("nsenter", "-t", str(self.pid), "-m", "-n", "-p", "-u", "-i", "--", "sh")

    def run(self, script: str, *, check: bool = True) -> str:
        """What a script prints in the host."""
        done = subprocess.run((*self.way, "-c", script), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 or not check, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write a file in the host."""
        subprocess.run((*self.way, "-c", f"cat >{path} && chmod {mode:o} {path}"), input=text, text=True, check=True)

    def listen(self, port: int) -> None:
        """Let a program wait on a port of all addresses, and keep what connects."""
        self._start(PYTHON, "-c", _LISTEN.format(port=port))

    def sshd(self) -> None:
        """Start the SSH server."""
        self.run("mkdir -p -m 755 /run/sshd && /usr/sbin/sshd")

    def neighbour_can_connect(self, port: int) -> bool:
        """Whether another machine gets a connection."""
        return self._ends_well("ip", "netns", "exec", "neighbour", PYTHON, "-c", _KNOCK.format(port=port))

    def itself_can_connect(self, port: int) -> bool:
        """Whether the host itself gets a connection."""
        return self._ends_well(PYTHON, "-c", _KNOCK.format(port=port))

    def _start(self, *command: str) -> None:
        process = subprocess.Popen((*self._inside(), *command), stdout=subprocess.PIPE, text=True)
        self.running.append(process)
        assert process.stdout
        assert process.stdout.readline() == "listening\n"

    def _ends_well(self, *command: str) -> bool:
        return subprocess.run((*self._inside(), *command), capture_output=True, timeout=30).returncode == 0

    def _inside(self) -> Sequence[str]:
        return self.way[:-1]


_BOOT = """
set -eu; umask 022
mount -t tmpfs tmpfs "$1"; cd "$1"; mkdir up work root
mount -t overlay overlay -o lowerdir=/,upperdir="$1/up",workdir="$1/work" root
for unit in auditd.service apt-daily.timer apt-daily-upgrade.timer man-db.timer fstrim.timer e2scrub_all.timer \\
  e2scrub_reap.service systemd-timesyncd.service console-getty.service getty@.service systemd-resolved.service \\
  systemd-networkd.service; do
  ln -sf /dev/null root/etc/systemd/system/$unit
done
echo lab >root/etc/hostname; printf '127.0.0.1 localhost lab\\n' >root/etc/hosts
rm -f root/etc/ssh/ssh_host_* root/usr/sbin/policy-rc.d root/etc/sysctl.d/*; : >root/etc/sysctl.conf
ssh-keygen -q -t ed25519 -N '' -f root/etc/ssh/ssh_host_ed25519_key
mkdir -p root/etc/ssh/sshd_config.d root/etc/systemd/system/multi-user.target.wants
printf 'Include /etc/ssh/sshd_config.d/*.conf\\nUsePAM no\\n' >root/etc/ssh/sshd_config
for unit in ssh nftables; do
  ln -sf /lib/systemd/system/$unit.service root/etc/systemd/system/multi-user.target.wants/$unit.service
done
printf '#!/usr/sbin/nft -f\\nflush ruleset\\n' >root/etc/nftables.conf
exec systemd-nspawn --quiet --register=no --keep-unit -D "$1/root" -M lab --private-network -b \\
  --console=read-only --capability=CAP_NET_ADMIN,CAP_NET_RAW
"""


@contextmanager
def systemd_lab() -> Generator[Lab]:
    """Bring up a host that systemd runs, with an SSH server and nftables, and take it down again."""
    if not shutil.which("systemd-nspawn"):
        pytest.skip("needs systemd-nspawn")
    base = Path(mkdtemp(prefix="orlop-lab-"))
    process = subprocess.Popen(
        (*_APART, "sh", "-c", _BOOT, "lab", str(base)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network"},
    )
    started: list[subprocess.Popen[str]] = []
    try:
        running = Lab(_systemd_of(process), started)
        running.run("systemctl is-system-running --wait", check=False)
        yield running
    finally:
        process.kill()
        process.communicate()
        for each in started:
            each.communicate()
        base.rmdir()


def _systemd_of(apart: "subprocess.Popen[bytes]") -> int:
    """Wait until the host's console says that all services were started; return its first process."""
    assert apart.stdout
    at_most = Timer(90, apart.kill)
    at_most.start()
    said: list[bytes] = []
    while line := apart.stdout.readline():
        said.append(line)
        if b"multi-user.target" in line:
            break
    else:
        pytest.skip(f"systemd-nspawn does not work here: {b''.join(said[-3:])!r}")
    at_most.cancel()
    [shell] = _children(apart.pid)
    [leader] = [pid for pid in _children(shell) if Path(f"/proc/{pid}/comm").read_text() == "systemd\n"]
    return leader


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def lab() -> Generator[Lab]:
    """Bring up a host, and take it down with all that runs in it."""
    base = Path(mkdtemp(prefix="orlop-lab-"))
    birth = (*_APART, "-n", "-u", "-i", "sh", "-c", _BIRTH, "lab", str(base))
    process = subprocess.Popen(birth, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    started: list[subprocess.Popen[str]] = []
    try:
        assert process.stdout and process.stderr
        if process.stdout.readline() != "born\n":
            pytest.skip(f"no host of its own can be made here: {process.stderr.read().strip()[-300:]}")
        [first] = _children(process.pid)
        yield Lab(first, started)
    finally:
        process.kill()
        for each in (process, *started):
            each.communicate()
        base.rmdir()
