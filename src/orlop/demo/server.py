"""The emulator's own process: moto's server, and one door of ours through which dates are put back.

Run by `emulator`, as `python -m orlop.demo.server [PORT]`. It says its address on stdout, and ends when its stdin does:
so it never outlives the process that started it, however that one ended.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from moto.iam.models import AccessKeyLastUsed, iam_backends
from moto.moto_server.werkzeug_app import (  # pyright: ignore[reportMissingTypeStubs] -- moto has types only in part
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

DOOR = "/orlop/history"
"""Takes `{"keys": {ACCESS_KEY_ID: days old}, "users": {NAME: days old}, "root_mfa": true}`.

`"keys_used"` and `"users_seen"` likewise say how many days ago a key was used, and a user signed in.
"""

NOT_IN_MOTO = {"/analyzer": b'{"analyzers":[]}'}
"""What moto lacks and would break down over: the account has no Access Analyzer."""

Respond = Callable[[str, list[tuple[str, str]]], object]


class Handler(MotoRequestHandler):
    """Keeps connections open, as AWS does, and logs nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Emulated:
    """moto's application, with the door beside it."""

    def __init__(self) -> None:
        """Start with an empty account."""
        self._moto: Any = DomainDispatcherApplication(_backend)

    def __call__(self, environ: dict[str, Any], respond: Respond) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        if (answer := NOT_IN_MOTO.get(environ["PATH_INFO"])) is not None:
            respond("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
            return [answer]
        if environ["PATH_INFO"] != DOOR:
            return self._moto(environ, respond)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        _put_back(json.loads(environ["wsgi.input"].read(length)))
        respond("200 OK", [("Content-Length", "0")])
        return [b""]


def _backend(service: Any) -> Any:
    """Return moto's application for a service; what it lacks it says as AWS would, instead of breaking down."""
    app: Any = create_backend_app(service)
    app.register_error_handler(NotImplementedError, partial(_not_offered, service))
    return app


def _not_offered(service: str, _: NotImplementedError) -> tuple[str, int, dict[str, str]]:
    error = "<Error><Code>UnsupportedOperation</Code><Message/></Error>"
    if service == "ec2":
        return f"<Response><Errors>{error}</Errors><RequestID/></Response>", 400, {"Content-Type": "text/xml"}
    if service in ("iam", "rds", "elbv2", "elb", "sns", "sts"):
        return f"<ErrorResponse>{error}</ErrorResponse>", 400, {"Content-Type": "text/xml"}
    return '{"__type": "UnsupportedOperation"}', 400, {"Content-Type": "application/json"}


def _put_back(history: dict[str, Any]) -> None:
    """Make keys and users as old as they are said to be: the one thing that AWS's interface cannot be told."""
    now = datetime.now(UTC).replace(tzinfo=None)
    iam: Any = iam_backends["123456789012"]["aws"]
    for user in iam.users.values():
        if (days := history.get("users", {}).get(user.name)) is not None:
            user.create_date = now - timedelta(days=days)
        if (days := history.get("users_seen", {}).get(user.name)) is not None:
            user.password_last_used = now - timedelta(days=days)
        for key in user.access_keys:
            if (days := history.get("keys", {}).get(key.access_key_id)) is not None:
                key.create_date = now - timedelta(days=days)
            if (days := history.get("keys_used", {}).get(key.access_key_id)) is not None:
                key.last_used = AccessKeyLastUsed(now - timedelta(days=days), "s3", "eu-west-1")
    if "root_mfa" in history:
        iam.account_summary._account_mfa_enabled = int(history["root_mfa"])


def main() -> None:
    """Serve until stdin ends."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = make_server("127.0.0.1", port, Emulated(), threaded=True, request_handler=Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201 -- what the starter waits for
    sys.stdin.read()


if __name__ == "__main__":
    main()
