"""Real SSH servers on loopback ports, each with a key of its own, for tests of what speaks with them."""

import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Sshd:
    """A server that runs. `key` is a private key that it lets in; `log` is what it says."""

    port: int
    folder: Path
    key: Path
    process: "subprocess.Popen[bytes]"

    @property
    def host_key(self) -> str:
        return (self.folder / "host_key.pub").read_text().strip()


@contextmanager
def sshd(folder: Path, *, port: int = 0, forced: str = "", options: str = "") -> Generator[Sshd]:
    """Start a server whose files are in `folder`. `forced` is a command that it runs whatever is asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name in ("host_key", "user_key"):
        if not (folder / name).exists():
            subprocess.run(
                ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)), check=True, timeout=30
            )
    before = f'command="{forced}" ' if forced else ""
    (folder / "authorized").write_text(before + (folder / "user_key.pub").read_text())
    (folder / "authorized").chmod(0o600)
    port = port or free_port()
    lines = [
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        f"HostKey {folder / 'host_key'}",
        f"AuthorizedKeysFile {folder / 'authorized'}",
        f"PidFile {folder / 'pid'}",
        "StrictModes no",
        "UsePAM no",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "PermitRootLogin prohibit-password",
        options,
    ]
    (folder / "config").write_text("\n".join(lines) + "\n")
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    program = shutil.which("sshd", path="/usr/sbin:/usr/bin") or "sshd"
    process = subprocess.Popen((program, "-D", "-e", "-f", str(folder / "config")), stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield Sshd(port, folder, folder / "user_key", process)
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
        return port


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("sshd did not come up")
