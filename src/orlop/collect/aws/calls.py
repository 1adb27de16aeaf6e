"""The one way to AWS: a call goes out, its pages come back, or it ends in `CallFailed` with the reason.

Laws: one client a service and region, made once; every failure becomes an `Unread` with its cause; no
other exception of botocore's gets past this module.
"""

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import boto3
import botocore
import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    ConnectTimeoutError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from orlop.collect.aws.lean import lean
from orlop.collect.aws.permissions import permission
from orlop.errors import NoAccess
from orlop.estate.fact import Cause, Unread

Answer = dict[str, Any]
"""One parsed answer of AWS: `Any` is allowed at the wire, and nowhere further."""

_DENIED = (
    "AccessDenied",
    "UnauthorizedOperation",
    "AuthorizationError",
    "Forbidden",
    "403",
    "NotAuthorized",
)
_THROTTLED = (
    "Throttl",
    "TooManyRequests",
    "RequestLimitExceeded",
    "SlowDown",
    "BandwidthLimitExceeded",
    "PriorRequestNotComplete",
)
_DISABLED = (
    "AuthFailure",
    "UnrecognizedClientException",
    "OptInRequired",
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
)
_GONE = ("NoSuch", "NotFound", "404", "DoesNotExist")
_UNSUPPORTED = (
    "UnsupportedOperation",
    "InvalidAction",
    "UnknownOperation",
    "NotImplemented",
    "MethodNotAllowed",
)


class CallFailed(Exception):
    """A call that was not answered. `code` is AWS's own error code, `""` where none came back."""

    def __init__(self, source: str, code: str, unread: Unread) -> None:
        """Hold the call (`s3:GetBucketPolicy`), AWS's code, and what that means to us."""
        self.source, self.code, self.unread = source, code, unread
        super().__init__(f"{source}: {unread.why}")


class Calls(Protocol):
    """Where calls go: to AWS (`Live`), or to a folder of its answers (`recorded.folder`)."""

    @property
    def made(self) -> int:
        """How many requests went out so far."""
        ...

    def pages(self, service: str, region: str, operation: str, params: Answer) -> Iterator[Answer]:
        """Yield the pages of the answer. Raises: CallFailed, also between two pages."""
        ...


class Live:
    """Calls to AWS, or to what `AWS_ENDPOINT_URL` names."""

    def __init__(
        self,
        session: boto3.Session,
        *,
        endpoint: str | None = None,
        timeout: float = 20.0,
        attempts: int = 5,
        threads: int = 32,
    ) -> None:
        """Use the credentials of `session`; give a call `timeout` seconds and `attempts` tries.

        `endpoint` replaces AWS's own addresses; without it `AWS_ENDPOINT_URL` is honoured.
        """
        self._endpoint = endpoint
        self._made = 0
        self._session: Any = session
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()
        self._config = Config(
            connect_timeout=timeout,
            read_timeout=timeout,
            max_pool_connections=threads,
            retries={"mode": "adaptive", "total_max_attempts": attempts},
            user_agent=f"orlop botocore/{botocore.__version__}",
            s3={"addressing_style": "path"} if endpoint else None,
        )

    def pages(self, service: str, region: str, operation: str, params: Answer) -> Iterator[Answer]:
        """Yield the pages of the answer. Raises: CallFailed."""
        try:
            client = self.client(service, region)
            name = xform_name(operation)
            if client.can_paginate(name):
                for page in client.get_paginator(name).paginate(**params):
                    self._count()
                    yield page
                return
            call, token = getattr(client, name), {}
            while token is not None:
                self._count()
                answer = call(**params, **token)
                yield answer
                # botocore has no paginator for some listings (s3control:ListAccessPoints).
                token = {"NextToken": more} if (more := answer.get("NextToken")) else None
        except (ClientError, BotoCoreError, ResponseParserError) as error:
            raise failed(service, operation, error) from error
        except NotImplementedError as error:  # moto's in-process mock, for what it does not emulate
            unread = Unread(Cause.UNSUPPORTED, "not offered here")
            raise CallFailed(f"{service}:{operation}", "", unread) from error

    @property
    def made(self) -> int:
        """How many requests went out so far (tries after the first are not counted)."""
        return self._made

    def _count(self) -> None:
        with self._lock:
            self._made += 1

    def send(self, service: str, region: str, operation: str, params: Answer) -> Answer:
        """Make one call that writes, and return its answer. Raises: CallFailed."""
        [answer] = self.pages(service, region, operation, params)
        return answer

    def client(self, service: str, region: str) -> Any:
        """Return the one client for a service and region."""
        key = (service, region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._make(service, region)
            return self._clients[key]

    @property
    def home(self) -> str:
        """The region that the session names, or `us-east-1`."""
        return self._session.region_name or "us-east-1"

    def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            client.close()

    def __enter__(self) -> "Live":
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections."""
        self.close()

    def _make(self, service: str, region: str) -> Any:
        client = self._session.client(
            service, region_name=region or None, endpoint_url=self._endpoint, config=self._config
        )
        client.meta.events.register("before-parse", _whole)
        if service == "s3control" and ".amazonaws.com" not in client.meta.endpoint_url:
            client.meta.events.register("before-sign.s3-control", _without_account)
        return client


def _whole(operation_model: Any, response_dict: Any, **_: Any) -> None:
    """Refuse an answer that broke off, and one that is no JSON where JSON was asked for.

    botocore takes either for an answer that says nothing, and so for an empty list or a setting that is not set.
    Source: `enforce_content_length=False` in botocore/httpsession.py, `_parse_body_as_json` in botocore/parsers.py.
    """
    body, said = response_dict["body"], response_dict["headers"].get("content-length")
    if not isinstance(body, bytes) or operation_model.http.get("method") == "HEAD":
        return
    if said is not None and len(body) != int(said):
        raise IncompleteReadError(actual_bytes=len(body), expected_bytes=int(said))
    if response_dict["status_code"] >= 300 or "json" not in operation_model.service_model.resolved_protocol:
        return
    shape = operation_model.output_shape
    text = body.strip()
    if text and shape and not shape.serialization.get("payload") and not (text[:1] == b"{" and text[-1:] == b"}"):
        raise ResponseParserError("not JSON")


def _without_account(request: Any, **_: Any) -> None:
    """Take the account id out of the host: an endpoint that is not Amazon's has no such names."""
    request.url = re.sub(r"//\d{12}\.", "//", request.url)


def failed(service: str, operation: str, error: ClientError | BotoCoreError | ResponseParserError) -> CallFailed:
    """Return what an error of botocore's means to us. Its text is not passed on: it may hold secrets."""
    source = f"{service}:{operation}"
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", ""))
        return CallFailed(source, code, _unread_by_code(service, operation, code))
    if isinstance(error, (ReadTimeoutError, ConnectTimeoutError)):
        return CallFailed(source, "", Unread(Cause.TIMED_OUT, "no answer in time"))
    if isinstance(error, NoCredentialsError):
        return CallFailed(source, "", Unread(Cause.DENIED, "no credentials"))
    if isinstance(error, (ConnectionError, HTTPClientError, IncompleteReadError)):
        return CallFailed(source, "", Unread(Cause.FAILED, "the endpoint could not be reached or broke off"))
    return CallFailed(source, "", Unread(Cause.FAILED, f"the answer could not be used ({type(error).__name__})"))


def _unread_by_code(service: str, operation: str, code: str) -> Unread:
    if any(code.startswith(start) for start in _DENIED):
        return Unread(Cause.DENIED, "access denied", permission(service, operation))
    if any(part in code for part in _THROTTLED):
        return Unread(Cause.THROTTLED, "AWS asked us to slow down, also after several tries")
    if code.startswith(_DISABLED):
        return Unread(
            Cause.UNSUPPORTED,
            "the region is not enabled for this account, or refuses these credentials",
        )
    if "Expired" in code:
        return Unread(Cause.DENIED, "the credentials expired")
    if any(part in code for part in _GONE):
        return Unread(Cause.GONE, "it no longer exists")
    if any(part in code for part in _UNSUPPORTED):
        return Unread(Cause.UNSUPPORTED, "not offered here")
    return Unread(Cause.FAILED, f"AWS answered with an error ({code or 'no code'})")


def session_of(profile: str | None = None) -> boto3.Session:
    """Return a session for a profile, or for whatever credentials the environment, files or the machine's role hold.

    The machine's role is asked for only where this machine says that it is Amazon's: elsewhere the question would go
    to a stranger's address and wait for nothing. Raises: NoAccess, for a profile that does not exist.
    """
    try:
        core = lean(botocore.session.Session(profile=profile))
        if not _on_amazon():
            core.get_component("credential_provider").remove("iam-role")
        return boto3.Session(botocore_session=core)
    except ProfileNotFound as error:
        name = profile or os.environ.get("AWS_PROFILE", "that")
        raise NoAccess(f"There is no AWS profile called {name}.", do="aws configure list-profiles") from error


def has_credentials(session: boto3.Session) -> bool:
    """Whether the session found any credentials; says nothing about whether they are good. Raises: NoAccess."""
    try:
        return session.get_credentials() is not None
    except BotoCoreError as error:
        raise NoAccess(f"The AWS credentials cannot be used ({type(error).__name__}).", do="Sign in again.") from error


def _on_amazon() -> bool:
    for file in ("/sys/class/dmi/id/sys_vendor", "/sys/hypervisor/uuid"):
        try:
            said = Path(file).read_text(errors="replace").lower()
        except OSError:
            continue
        if "amazon" in said or said.startswith("ec2"):
            return True
    return False
