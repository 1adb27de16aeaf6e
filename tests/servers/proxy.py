"""A proxy in front of the emulator: it knows which call a request makes, counts it, delays it, or lets it go wrong.

As a fixture it runs in a thread; as a process of its own (`python -m tests.servers.proxy URL`) it says its address on
stdout, ends when its stdin does, and takes `POST /proxy/latency?seconds=0.05` and `GET /proxy/calls` (the counts since
the last time).
"""

import asyncio
import contextlib
import json
import sys
import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.wire import Asked, Request, asked, refusal

Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True, slots=True)
class Refused:
    """The call is answered with an error: the code by protocol (`""`: any other), and the status."""

    codes: dict[str, tuple[str, int]]

    def answer(self, ask: Asked) -> Answer:
        """The answer to one call."""
        code, status = self.codes.get(ask.service) or self.codes.get(ask.protocol) or self.codes[""]
        return refusal(ask, code, status)


@dataclass(frozen=True, slots=True)
class Hangs:
    """The call is never answered."""


@dataclass(frozen=True, slots=True)
class BreaksOff:
    """The connection dies half-way through the answer."""


@dataclass(frozen=True, slots=True)
class Altered:
    """The answer's body is changed on its way."""

    change: Callable[[bytes], bytes]


Fault = Refused | Hangs | BreaksOff | Altered

_XML = ("query", "rest-xml")

DENIED = Refused(
    {
        "": ("AccessDeniedException", 400),
        "ec2": ("UnauthorizedOperation", 403),
        "rest-json": ("AccessDeniedException", 403),
        **dict.fromkeys(_XML, ("AccessDenied", 403)),
    }
)
THROTTLED = Refused(
    {
        "": ("ThrottlingException", 400),
        "ec2": ("RequestLimitExceeded", 503),
        "query": ("Throttling", 400),
        "rest-xml": ("SlowDown", 503),
        "rest-json": ("TooManyRequestsException", 429),
    }
)
EXPIRED = Refused(
    {
        "": ("ExpiredTokenException", 400),
        "ec2": ("RequestExpired", 400),
        **dict.fromkeys(_XML, ("ExpiredToken", 403)),
    }
)
WRONG_KEY = Refused(
    {
        "": ("UnrecognizedClientException", 400),
        "ec2": ("AuthFailure", 401),
        "query": ("InvalidClientTokenId", 403),
        "rest-xml": ("InvalidAccessKeyId", 403),
    }
)
BROKEN = Refused({"": ("InternalError", 500)})


@dataclass(slots=True)
class _Plan:
    call: str
    region: str
    fault: Fault
    times: float


class Proxy:
    """A proxy to `upstream`. `latency` are seconds before each call is passed on."""

    def __init__(self, upstream: str, latency: float = 0.0) -> None:
        """Know where to pass calls on; nothing runs yet."""
        address = urlsplit(upstream)
        self._host, self._port = address.hostname or "", address.port or 80
        self.latency = latency
        self.url = ""
        self.calls: Counter[str] = Counter()
        self.faulted: Counter[str] = Counter()
        self._plans: list[_Plan] = []
        self._open: set[asyncio.Task[None] | None] = set()
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    def let(self, call: str, fault: Fault, *, times: float = float("inf"), region: str = "*") -> None:
        """Let `call` (`ec2:DescribeInstances`; `*` stands for anything) go wrong, the next `times` times."""
        self._plans.append(_Plan(call, region, fault, times))

    def well(self) -> None:
        """Forget all faults and counts."""
        self._plans.clear()
        self.calls.clear()
        self.faulted.clear()

    async def serve(self) -> asyncio.Server:
        """Begin to listen."""
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0, limit=2**20)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(asyncio.current_task())  # the loop itself holds its tasks only weakly
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while request := await _request(reader, writer):
                if not await self._one(request, writer):
                    break
        writer.close()
        self._open.discard(asyncio.current_task())

    async def _one(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether the connection is still good."""
        if request.target.startswith("/proxy/"):
            return await _say(writer, self._told(request))
        ask = asked(request)
        self.calls[ask.source] += 1
        if self.latency:
            await asyncio.sleep(self.latency)
        match self._fault(ask):
            case None:
                return await _say(writer, await self._passed_on(request), head=request.method == "HEAD")
            case Refused() as refused:
                return await _say(writer, refused.answer(ask))
            case Altered(change):
                status, headers, body = await self._passed_on(request)
                return await _say(writer, (status, headers, change(body)))
            case BreaksOff():
                status, headers, body = await self._passed_on(request)
                await _say(writer, (status, headers, body), send=len(body) // 2)
                return False
            case Hangs():
                await asyncio.Event().wait()
                return False

    def _fault(self, ask: Asked) -> Fault | None:
        for plan in self._plans:
            if plan.times > 0 and fnmatchcase(ask.source, plan.call) and fnmatchcase(ask.region, plan.region):
                plan.times -= 1
                self.faulted[ask.source] += 1
                return plan.fault
        return None

    def _told(self, request: Request) -> Answer:
        address = urlsplit(request.target)
        if address.path == "/proxy/latency":
            self.latency = float(parse_qs(address.query)["seconds"][0])
        counts = json.dumps(self.calls).encode()
        self.calls.clear()
        return 200, {"content-type": "application/json"}, counts

    async def _passed_on(self, request: Request) -> Answer:
        """Pass a request on, over a connection kept open; one that died meanwhile is replaced once."""
        kept = self._idle.pop() if self._idle else None
        if kept:
            try:
                return await self._over(kept, request)
            except (ConnectionError, asyncio.IncompleteReadError):
                kept[1].close()
        return await self._over(await asyncio.open_connection(self._host, self._port, limit=2**20), request)

    async def _over(self, line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: Request) -> Answer:
        reader, writer = line
        dropped = {"expect", "transfer-encoding", "content-length", "connection"}
        headers = {name: value for name, value in request.headers.items() if name not in dropped}
        headers["content-length"] = str(len(request.body))
        head = f"{request.method} {request.target} HTTP/1.1\r\n"
        writer.write((head + _lines(headers)).encode("latin-1") + request.body)
        status, answer = await _head(reader)
        no_body = request.method == "HEAD" or status in (204, 304)
        body = b"" if no_body else await _body(reader, answer)
        if answer.get("connection") == "close":
            writer.close()
        else:
            self._idle.append(line)
        answer.pop("transfer-encoding", None)
        answer.pop("connection", None)
        return status, answer, body


async def _request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    first = await reader.readline()
    if not first:
        return None
    method, target, _ = first.decode("latin-1").split(" ", 2)
    headers = await _headers(reader)
    if "100-continue" in headers.get("expect", "").lower():
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await _body(reader, headers) if {"content-length", "transfer-encoding"} & set(headers) else b""
    return Request(method=method, target=target, headers=headers, body=body)


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    first = await reader.readline()
    if not first:
        raise ConnectionResetError
    return int(first.split()[1]), await _headers(reader)


async def _headers(reader: asyncio.StreamReader) -> dict[str, str]:
    headers: dict[str, str] = {}
    while (line := await reader.readline()) not in (b"\r\n", b"\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", ""):
        body = b""
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return body
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    return await reader.read()


async def _say(writer: asyncio.StreamWriter, answer: Answer, *, head: bool = False, send: int | None = None) -> bool:
    status, headers, body = answer
    if not head:
        headers = {**headers, "content-length": str(len(body))}
    writer.write(f"HTTP/1.1 {status} X\r\n{_lines(headers)}".encode("latin-1") + body[:send])
    await writer.drain()
    return True


def _lines(headers: dict[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"


@contextmanager
def proxy(upstream: str) -> Generator[Proxy]:
    """Run a proxy in a thread of this process."""
    running = Proxy(upstream)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(running.serve(), loop).result()
    try:
        yield running
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    """Close the server and whatever still waits."""
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _process(upstream: str) -> None:
    running = Proxy(upstream)
    await running.serve()
    print(running.url, flush=True)
    await asyncio.to_thread(sys.stdin.read)


def main(arguments: list[str]) -> Any:
    """Run as a process of its own."""
    asyncio.run(_process(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
