"""A real AWS emulator over HTTP: moto's server in a process of its own, on a loopback port."""

import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3

from orlop.collect.aws.calls import Live

REGION = "eu-west-1"


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator. Its one account is `123456789012`."""

    url: str
    account: str = "123456789012"

    def session(self) -> boto3.Session:
        """A session with made-up credentials."""
        return boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)

    def live(self) -> Live:
        """The way to the emulator, as to a real account."""
        return Live(self.session(), endpoint=self.url, attempts=2)

    def client(self, service: str, region: str = REGION) -> Any:
        """A client of a service, for planting."""
        return self.session().client(service, region_name=region, endpoint_url=self.url)  # pyright: ignore

    def reset(self) -> None:
        """Empty the account."""
        request = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")
        urllib.request.urlopen(request).read()


@contextmanager
def emulator() -> Generator[Emulator]:
    """Start an emulator on a free port; stop it afterwards."""
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        found = (re.search(r"Running on (http://[\d.:]+)", line) for line in server.stderr)
        url = next(match[1] for match in found if match)
        drain = threading.Thread(target=server.stderr.read, daemon=True)
        drain.start()
        try:
            yield Emulator(url)
        finally:
            server.terminate()
            drain.join()
