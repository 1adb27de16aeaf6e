"""A real AWS emulator over HTTP: the one of the demo, in a process of its own, on a loopback port."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3

from orlop import demo
from orlop.collect.aws.calls import Live
from orlop.demo.emulator import REGION

__all__ = ["REGION", "Emulator", "emulator"]


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator, as tests see it. Its one account is `123456789012`."""

    demo: demo.Demo

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.demo.url

    @property
    def account(self) -> str:
        """The account's id."""
        return self.demo.account

    def session(self) -> boto3.Session:
        """A session with made-up credentials."""
        return self.demo.session

    def live(self) -> Live:
        """The way to the emulator, as to a real account."""
        return Live(self.session(), endpoint=self.url, attempts=2)

    def client(self, service: str, region: str = REGION) -> Any:
        """A client of a service, for planting."""
        return self.demo.client(service, region)

    def reset(self) -> None:
        """Empty the account."""
        self.demo.reset()


@contextmanager
def emulator() -> Generator[Emulator]:
    """Start an emulator on a free port; stop it afterwards."""
    with demo.start(policies=False) as running:
        yield Emulator(running)
