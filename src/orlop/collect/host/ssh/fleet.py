"""Many hosts at once, over SSH, from one process: the probe on standard input, its answer back.

Nothing is written on a host, and nothing but a POSIX shell is needed there. Root's answer is taken where `sudo` gives
it without asking, else the user's own. A host that hangs, answers half, or sends without end costs its own line only.

Law: every host is answered for exactly once, by its answer or by why there is none.
"""

import asyncio
import os
import queue
import secrets
import threading
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import asyncssh

from orlop.collect.host.ssh.keys import KnownHosts
from orlop.collect.host.ssh.where import PORT, Where
from orlop.collect.host.ssh.where import where as a_host
from orlop.errors import CannotReach, NoAccess, OrlopError

MOST_BYTES = 8 * 1024 * 1024
"""How much of an answer is kept; a thousand packages and a thousand sockets are a tenth of it."""

COMMAND = "if sudo -n true 2>/dev/null; then exec sudo -n sh -s; else exec sh -s; fi"
"""Starts the shell that reads the probe: as root where that is allowed without a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many hosts at once, and how long one may take, in seconds: to log in, and in all."""

    at_once: int = 50
    login: float = 15
    whole: float = 60


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one host: the probe's answer, or why there is none."""

    where: Where
    text: str = ""
    failure: OrlopError | None = None


def ask_all(
    places: Iterable[Where], known: KnownHosts, limits: Limits = Limits(), *, sections: Sequence[str] = ()
) -> Iterator[Answered]:
    """Yield what each host answered, as the answers come.

    One thread speaks with all hosts; the caller's thread takes what has come, so that answers need not pile up.
    """
    answers: queue.Queue[Answered | None] = queue.Queue(maxsize=limits.at_once)
    hosts = list(places)

    def speak() -> None:
        try:
            asyncio.run(_Fleet(known, limits, sections, answers).ask(hosts))
        finally:
            answers.put(None)

    speaker = threading.Thread(target=speak, name="orlop-ssh", daemon=True)
    speaker.start()
    while (answered := answers.get()) is not None:
        yield answered
    speaker.join()


class _Fleet:
    def __init__(
        self, known: KnownHosts, limits: Limits, sections: Sequence[str], answers: "queue.Queue[Answered | None]"
    ) -> None:
        self._known, self._limits, self._sections, self._answers = known, limits, sections, answers
        self._probe = files("orlop.collect.host").joinpath("probe.sh").read_text()

    async def ask(self, hosts: Sequence[Where]) -> None:
        """Ask all hosts, so many at once."""
        turn = asyncio.Semaphore(self._limits.at_once)

        async def one(where: Where) -> None:
            async with turn:
                answered = await self._one(where)
            await asyncio.to_thread(self._answers.put, answered)

        await asyncio.gather(*(one(where) for where in hosts))

    async def _one(self, where: Where) -> Answered:
        said = bytearray()
        try:
            async with asyncio.timeout(self._limits.whole):
                await self._exchange(where, said)
        except TimeoutError:
            if not said:
                return Answered(where, failure=_silent(where, self._limits.whole))
        except OrlopError as failure:
            return Answered(where, failure=failure)
        except (OSError, asyncssh.Error) as error:
            if not said:
                return Answered(where, failure=_why(where, error, self._known))
        text = said.decode("utf-8", "replace")
        if " begin identity\n" not in text:
            first = text.strip().splitlines()[:1]
            heard = f": it said {first[0][:100]!r}" if first else ""
            return Answered(where, failure=CannotReach(f"{where} gave no answer to the probe{heard}."))
        return Answered(where, text=text)

    async def _exchange(self, where: Where, said: bytearray) -> None:
        told = " ".join(["set --", secrets.token_hex(16), *self._sections])
        async with connected(where, self._known, self._limits.login) as connection:
            process = await connection.create_process(COMMAND, encoding=None)
            process.stdin.write(f"{told}\n{self._probe}".encode())
            process.stdin.write_eof()
            while len(said) <= MOST_BYTES and (chunk := await process.stdout.read(65536)):
                said += chunk


class _Client(asyncssh.SSHClient):
    def __init__(self, known: KnownHosts) -> None:
        self._known = known

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        return self._known.admits(host, addr, port, key)


@asynccontextmanager
async def connected(where: Where, known: KnownHosts, login: float) -> AsyncGenerator[asyncssh.SSHClientConnection]:
    """Hold a connection to a host, logged in; `~/.ssh/config` and the agent are heeded."""
    async with AsyncExitStack() as stack:
        gate: asyncssh.SSHClientConnection | None = None
        for through in filter(None, where.jump.split(",")):
            gate = await stack.enter_async_context(
                await _connect(replace(a_host(through), key=where.key), known, login, gate)
            )
        yield await stack.enter_async_context(await _connect(where, known, login, gate))


async def _connect(
    where: Where, known: KnownHosts, login: float, gate: asyncssh.SSHClientConnection | None
) -> asyncssh.SSHClientConnection:
    given: dict[str, Any] = {}
    if where.port:
        given["port"] = where.port
    if where.user:
        given["username"] = where.user
    if where.key:
        given["client_keys"] = [where.key]
    if gate:
        given["tunnel"] = gate
    return await asyncssh.connect(
        where.host,
        client_factory=lambda: _Client(known),
        known_hosts=known.files or b"",
        connect_timeout=login,
        login_timeout=login,
        keepalive_interval=15,
        password=None,
        kbdint_auth=False,
        password_auth=False,
        **given,
    )


def _silent(where: Where, seconds: float) -> CannotReach:
    return CannotReach(f"{where} did not answer within {seconds:.0f} seconds.", do="Is it up, and is SSH open to you?")


def _why(where: Where, error: Exception, known: KnownHosts) -> OrlopError:
    """Return in words why there is no answer."""
    match error:
        case asyncssh.HostKeyNotVerifiable():
            if known.knows(where.host, "", where.port or PORT):
                return NoAccess(
                    f"{where} shows another key than the one that is known of it.",
                    means="It was set up anew, or somebody stands between you and it. Nothing was sent.",
                    do=f"Ask who runs it. If the new key is right, take the old one out: ssh-keygen -R {where.host}.",
                )
            return NoAccess(
                f"{where} is not known.", means="Nothing was sent.", do="Log in once by hand, or leave out --strict."
            )
        case asyncssh.PermissionDenied():
            who = where.user or "your user"
            return NoAccess(
                f"{where} refused the login of {who}.",
                do="Try ssh by hand: it must let you in with a key, without a password.",
            )
        case asyncssh.Error():
            return CannotReach(f"{where} cannot be spoken with ({error.reason[:200]}).")
        case _:
            number = error.errno if isinstance(error, OSError) else None
            said = os.strerror(number) if number and number > 0 else str(error) or type(error).__name__
            return CannotReach(f"{where} cannot be reached ({said[:200]}).", do="Is it up, and is SSH open to you?")
