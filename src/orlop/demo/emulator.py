"""Starts the emulator in a process of its own, on a loopback port, and stops it."""

import json
import os
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import boto3
import botocore.session

from orlop.collect.aws.calls import Live
from orlop.collect.aws.lean import lean
from orlop.errors import BadInput, CannotReach

REGION = "eu-west-1"
"""Where the insurer lives."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A running emulator. Its one account is `123456789012`; any credentials open it."""

    url: str
    process: "subprocess.Popen[str]" = field(repr=False)
    session: boto3.Session = field(repr=False)
    calls: Live = field(repr=False)
    account: str = "123456789012"

    def client(self, service: str, region: str = REGION) -> Any:
        """A client of a service of the emulated account."""
        return self.calls.client(service, region)

    def environment(self) -> dict[str, str]:
        """What a shell needs so that AWS tools in it speak to the emulator."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": REGION,
        }

    def put_back(self, **history: Any) -> None:
        """Make things older than they are (`server.DOOR` says which)."""
        self._post("/orlop/history", json.dumps(history).encode())

    def reset(self) -> None:
        """Empty the account."""
        self._post("/moto-api/reset", b"")

    def stop(self) -> None:
        """End the emulator; all that was in the account is gone."""
        self.calls.close()
        self.process.communicate()

    def __enter__(self) -> "Demo":
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def _post(self, path: str, body: bytes) -> None:
        request = urllib.request.Request(f"{self.url}{path}", data=body, method="POST")  # noqa: S310 -- our own loopback
        urllib.request.urlopen(request).close()  # noqa: S310


def start(port: int = 0, *, policies: bool = True) -> Demo:
    """Start an emulator with nothing in its account (`insurer.plant` fills it); `port` 0 takes any free one.

    `policies` has AWS's own policies (`AdministratorAccess`...) be there, as in every account; without them the account
    is emptied in a moment, which tests want. AWS's thousands of images are never there.

    Raises: BadInput, where moto is not installed; CannotReach, where it does not start.
    """
    if not all(find_spec(name) for name in ("moto", "flask", "flask_cors")):
        raise BadInput("The demo needs an AWS emulator, which is not installed.", do="pip install 'orlop[demo]'")
    command = [sys.executable, "-W", "ignore", "-m", "orlop.demo.server", str(port)]
    pipe, null = subprocess.PIPE, subprocess.DEVNULL
    settings = {"MOTO_IAM_LOAD_MANAGED_POLICIES": str(policies).lower(), "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
    process = subprocess.Popen(  # noqa: S603 -- our own module
        command, stdin=pipe, stdout=pipe, stderr=null, text=True, start_new_session=True, env=os.environ | settings
    )
    url = process.stdout.readline().strip() if process.stdout else ""
    if not url:
        process.kill()
        process.communicate()
        raise CannotReach(f"The emulator did not start (exit code {process.returncode}).")
    core = lean(botocore.session.Session())
    core.set_credentials("testing", "testing")
    session = boto3.Session(botocore_session=core, region_name=REGION)
    return Demo(url, process, session, Live(session, endpoint=url))
