"""The floor: the calls that Orlop made, made again through botocore in as many threads, and nothing else.

Run as `python -m benchmarks.floor RECORDING THREADS`: RECORDING is a folder that `orlop inspect --record` wrote, of
which only the calls are read, not the answers.
"""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

Call = tuple[str, str, str, dict[str, Any]]


def condense(recording: Path, into: Path) -> None:
    """Keep only the calls of a recording: so the floor does not pay for reading the answers."""
    with into.open("w") as kept:
        for file in sorted(recording.rglob("*.json")):
            call = json.loads(file.read_text("utf-8"))["$call"]
            parts = (call["service"], call["region"], call["operation"], call["params"])
            kept.write(json.dumps(parts) + "\n")


def _calls(file: Path) -> Iterator[Call]:
    with file.open() as lines:
        yield from (json.loads(line) for line in lines)


def main(file: Path, threads: int) -> None:
    """Make each call once."""
    session = botocore.session.get_session()
    config = Config(max_pool_connections=threads, retries={"mode": "adaptive", "total_max_attempts": 5})
    clients: dict[tuple[str, str], Any] = {}

    def one(call: Call) -> None:
        service, region, operation, params = call
        client, name = clients[service, region], xform_name(operation)
        try:
            if client.can_paginate(name):
                for _ in client.get_paginator(name).paginate(**params):
                    pass
            else:
                getattr(client, name)(**params)
        except (ClientError, BotoCoreError, ResponseParserError):
            pass  # as it was for Orlop: what the emulator does not offer

    calls = list(_calls(file))
    for service, region, _, _ in calls:
        if (service, region) not in clients:
            clients[service, region] = session.create_client(service, region_name=region, config=config)
            if service == "s3control":
                clients[service, region].meta.events.register("before-sign", _without_account)
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(one, call) for call in calls]:
            done.result()


def _without_account(request: Any, **_: Any) -> None:
    """Take the account id out of the host: the emulator has no such names."""
    scheme, _, rest = request.url.partition("//")
    account, _, host = rest.partition(".")
    if account.isdigit() and len(account) == 12:
        request.url = f"{scheme}//{host}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
