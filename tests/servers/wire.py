"""What a request to AWS asks, and how AWS says no: by protocol, out of botocore's own models."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import botocore.session

_NAMES = {
    "access-analyzer": "accessanalyzer",
    "elasticloadbalancing": "elb",
    "email": "ses",
    "monitoring": "cloudwatch",
}
"""Services whose requests are signed with another name than botocore's own."""

_CREDENTIAL = re.compile(r"Credential=[^/,]+/\d+/([\w-]+)/([\w-]+)/aws4_request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request. `target` is path and query; names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: `service` and `operation` by botocore's names, and how it is put."""

    service: str
    region: str
    operation: str
    protocol: str

    @property
    def source(self) -> str:
        """As collectors name it: `ec2:DescribeInstances`."""
        return f"{self.service}:{self.operation}"


def asked(request: Request) -> Asked:
    """Return what a request asks. What botocore has no model for gets its method and path as operation."""
    found = _CREDENTIAL.search(request.headers.get("authorization", ""))
    region, signed = (found[1], found[2]) if found else ("", "")
    service = _NAMES.get(signed, signed)
    if rpc := re.fullmatch(r"/service/\w+/operation/(\w+)", request.target):
        return Asked(service, region, rpc[1], "smithy-rpc-v2-cbor")
    if target := request.headers.get("x-amz-target"):
        return Asked(service, region, target.rpartition(".")[2], "json")
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        form = parse_qs(request.body.decode())
        if "Action" in form:
            if service == "elb" and form.get("Version") == ["2015-12-01"]:
                service = "elbv2"
            return Asked(service, region, form["Action"][0], "ec2" if service == "ec2" else "query")
    if service == "s3" and request.target.startswith("/v20180820/"):
        service = "s3control"
    if service == "es" and request.target.startswith("/2021-01-01/"):
        service = "opensearch"
    return Asked(service, region, _rest(service, request), _protocol(service))


@dataclass(frozen=True, slots=True)
class _Route:
    method: str
    path: re.Pattern[str]
    query: frozenset[tuple[str, str]]
    operation: str


def _rest(service: str, request: Request) -> str:
    address = urlsplit(request.target)
    said = parse_qsl(address.query, keep_blank_values=True)
    names = {name for name, _ in said}
    fits = [
        route
        for route in _routes(service)
        if route.method == request.method
        and route.path.fullmatch(address.path)
        and all((name, value) in said if value else name in names for name, value in route.query)
    ]
    if not fits:
        return f"{request.method} {address.path}"
    return max(fits, key=lambda route: (len(route.query), -route.path.groups)).operation


@cache
def _routes(service: str) -> tuple[_Route, ...]:
    model = _model(service)
    if model is None:
        return ()
    operations = (model.operation_model(name) for name in model.operation_names)
    return tuple(_route(operation.name, operation.http) for operation in operations if not operation.deprecated)


def _route(operation: str, http: dict[str, str]) -> _Route:
    path, _, query = http["requestUri"].partition("?")
    pattern = "".join(_segment(part) for part in re.split(r"(\{[^}]+\})", path))
    return _Route(
        http["method"],
        re.compile(pattern + "/?" if path != "/" else "/"),
        frozenset(parse_qsl(query, keep_blank_values=True)),
        operation,
    )


def _segment(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return "(.+)" if part.endswith("+}") else "([^/]+)"


@cache
def _model(service: str) -> Any:
    session = botocore.session.get_session()
    return session.get_service_model(service) if service in session.get_available_services() else None


def _protocol(service: str) -> str:
    model = _model(service)
    return model.resolved_protocol if model else "rest-json"


def refusal(ask: Asked, code: str, status: int, text: str = "no") -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of an error, as AWS words it in the protocol that was asked in."""
    match ask.protocol:
        case "ec2":
            body = f"<Response><Errors><Error><Code>{code}</Code><Message>{text}</Message></Error></Errors></Response>"
            return status, {"content-type": "text/xml"}, body.encode()
        case "query":
            body = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>"
            return status, {"content-type": "text/xml"}, f"<ErrorResponse>{body}</ErrorResponse>".encode()
        case "rest-xml":
            body = f"<Error><Code>{code}</Code><Message>{text}</Message></Error>"
            body = f"<ErrorResponse>{body}</ErrorResponse>" if ask.service == "s3control" else body
            return status, {"content-type": "application/xml"}, body.encode()
        case "smithy-rpc-v2-cbor":
            body = b"\xa2" + b"".join(_cbor(part) for part in ("__type", code, "message", text))
            return status, {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, body
        case _:
            body = json.dumps({"__type": code, "message": text})
            return status, {"content-type": "application/json", "x-amzn-errortype": code}, body.encode()


def _cbor(text: str) -> bytes:
    raw = text.encode()
    assert len(raw) < 256
    return (bytes([0x60 + len(raw)]) if len(raw) < 24 else bytes([0x78, len(raw)])) + raw
