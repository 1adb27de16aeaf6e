"""Questions about policies as files: what they decide, what a new one adds, whom one lets in. No account is needed."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from orlop.errors import BadInput, NotFound
from orlop.estate.aws.policy import Statement, document
from orlop.reason.access import evaluate, lint
from orlop.reason.access.clauses import Policy, policy
from orlop.reason.access.compare import Comparison
from orlop.reason.access.compare import compare as _compare
from orlop.reason.access.evaluate import Outcome, Policies
from orlop.reason.access.public import Publicity, public_by_s3
from orlop.reason.access.public import public as _public
from orlop.reason.access.request import Context, Request, Value, caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The answer to one request: its name, the decision, why; and for an unknown one, the keys that would decide.

    `unreadable` says that the request itself could not be read.
    """

    name: str | None
    decision: str
    because: tuple[str, ...]
    needs: tuple[str, ...] = ()
    unreadable: bool = False


def decide_all(lines: Iterable[str]) -> Iterator[Decided]:
    """Yield a decision for each line that is not empty, in order. One that cannot be read spoils no other."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _decided(line, f"Line {number}")


def _decided(line: str, where: str) -> Decided:
    name: str | None = None
    try:
        asked = _object(line, where)
        name = None if asked.get("name") is None else str(asked["name"])
        return decide(asked)
    except BadInput as error:
        why = str(error) if str(error).startswith(where) else f"{where} cannot be used: {error}"
        return Decided(name=name, decision=Outcome.UNKNOWN, because=(why,), unreadable=True)


def decide(asked: Mapping[str, Any]) -> Decided:
    """Return what AWS would answer to one request with its policies. Raises: BadInput."""
    _only_known(asked)
    decision = evaluate.evaluate(_request(asked.get("request")), _policies(asked))
    name = None if asked.get("name") is None else str(asked["name"])
    return Decided(name=name, decision=decision.outcome, because=decision.because, needs=tuple(sorted(decision.needs)))


_PARTS = {
    "identityPolicies": "identity policy",
    "resourcePolicy": "resource policy",
    "permissionBoundaries": "permissions boundary",
    "sessionPolicy": "session policy",
    "serviceControlPolicies": "service control policy",
    "resourceControlPolicies": "resource control policy",
    "vpcEndpointPolicies": "VPC endpoint policy",
}


def _only_known(asked: Mapping[str, Any]) -> None:
    """Refuse a misspelled kind of policy, which would else be silently left out."""
    for key in asked:
        if "polic" in key.lower() and key not in _PARTS:
            raise BadInput(f"{key!r} is no kind of policy.", do=f"Those there are: {', '.join(_PARTS)}.")


def _request(raw: Any) -> Request:
    if not isinstance(raw, dict):
        raise BadInput("It has no request.", do='Give "request": {"action", "principal", "resource", ...}.')
    said = cast("dict[str, Any]", raw)
    action, resource = said.get("action"), said.get("resource", "*")
    if not isinstance(action, str) or ":" not in action:
        raise BadInput("The request has no action.", do='An action is written "s3:GetObject".')
    owner = said.get("resourceAccount")
    if isinstance(resource, dict):
        named = cast("dict[str, Any]", resource)
        resource, owner = named.get("resource"), owner or named.get("accountId")
    if not isinstance(resource, str):
        raise BadInput("The resource of the request is not a text.", do='A resource is an ARN, or "*".')
    who = said.get("principal")
    if isinstance(who, dict) and len(cast("dict[str, Any]", who)) == 1:
        [who] = cast("dict[str, Any]", who).values()
    if who is not None and not isinstance(who, str):
        raise BadInput("The principal of the request is not a text.", do="Leave it out for an anonymous request.")
    context, asking = _context(said.get("context") or {}), caller(who)
    owner = str(owner or _owner(resource) or asking.account)
    return Request(action=action, caller=asking, resource=resource, owner=owner, context=context)


def _owner(resource: str) -> str:
    """Return the account that an ARN names, `""` where it names none, as those of buckets do not.

    Where nothing says whose a resource is, it is the caller's own, as for AWS's own simulator.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html (ResourceOwner)
    """
    parts = resource.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[4].isdigit() else ""


def _context(raw: Any) -> Context:
    if not isinstance(raw, dict):
        raise BadInput("The context of the request is not an object of condition keys.")
    keys = cast("dict[str, Any]", raw)
    return Context({key.lower(): _value(held) for key, held in keys.items() if held is not None})


def _value(held: Any) -> Value:
    if isinstance(held, list):
        return tuple(_text(each) for each in cast("list[Any]", held))
    return _text(held)


def _text(held: Any) -> str:
    return str(held).lower() if isinstance(held, bool) else str(held)


def _policies(asked: Mapping[str, Any]) -> Policies:
    boundaries, endpoints = _several(asked, "permissionBoundaries"), _several(asked, "vpcEndpointPolicies")
    resource, session = asked.get("resourcePolicy"), asked.get("sessionPolicy")
    return Policies(
        identity=_several(asked, "identityPolicies"),
        resource=None if resource is None else _one(resource, "the resource policy"),
        boundaries=boundaries or None,
        session=None if session is None else _one(session, "the session policy"),
        service_control=_levels(asked, "serviceControlPolicies"),
        resource_control=_levels(asked, "resourceControlPolicies"),
        endpoints=endpoints or None,
    )


def _several(asked: Mapping[str, Any], kind: str) -> tuple[Policy, ...]:
    return _listed(asked.get(kind), f"the {_PARTS[kind]}", kind)


def _listed(raw: Any, what: str, kind: str) -> tuple[Policy, ...]:
    if raw is None:
        return ()
    if isinstance(raw, dict) and "policies" in raw:
        raw = cast("dict[str, Any]", raw)["policies"]
    if not isinstance(raw, list):
        raise BadInput(f"{kind} is not a list of policies.")
    documents = cast("list[Any]", raw)
    numbered = len(documents) > 1
    return tuple(_one(each, f"{what} {at}" if numbered else what) for at, each in enumerate(documents, start=1))


def _levels(asked: Mapping[str, Any], kind: str) -> tuple[tuple[Policy, ...], ...]:
    raw = asked.get(kind)
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise BadInput(f"{kind} is not a list of levels, each a list of policies.")
    levels = cast("list[Any]", raw)
    return tuple(_listed(level, f"the {_PARTS[kind]} of level {at}", kind) for at, level in enumerate(levels, start=1))


def _one(raw: Any, what: str) -> Policy:
    """Read one policy: a document, a document as text, or `{"name", "policy"}`."""
    if isinstance(raw, dict):
        held = cast("dict[str, Any]", raw)
        if "policy" in held and "Statement" not in held:
            name = f"{what} {held['name']!r}" if held.get("name") else what
            return _one(held["policy"], name)
    if not isinstance(raw, (dict, str)):
        raise BadInput(f"{what[0].upper()}{what[1:]} is not a policy document.")
    try:
        return policy(document(cast("str | dict[str, Any]", raw)), what)
    except (ValueError, TypeError, AttributeError) as error:
        raise BadInput(f"{what[0].upper()}{what[1:]} cannot be read: {error}.") from error


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        raw: Any = json.loads(line)
    except ValueError as error:
        raise BadInput(f"{where} is not JSON: {error}.") from error
    if not isinstance(raw, dict):
        raise BadInput(f"{where} is not a JSON object.")
    return cast("dict[str, Any]", raw)


def read(file: Path, *, name: str, owner: str = "") -> Policy:
    """Return the policy in a file (`-`: standard input is read by the caller). Raises: BadInput, NotFound."""
    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {file}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} cannot be read: {error}.") from error
    return from_text(text, name=name, where=str(file), owner=owner)


def from_text(text: str, *, name: str, where: str, owner: str = "") -> Policy:
    """Return the policy that a text holds, also in the wrappings in which AWS's command line prints it.

    Raises: BadInput.
    """
    try:
        raw: Any = json.loads(text)
        return policy(document(_unwrapped(raw)), name, owner=owner)
    except (ValueError, TypeError, AttributeError) as error:
        raise BadInput(f"{where} is not a policy: {error}.", do="Give a JSON document that has a Statement.") from error


_WRAPPINGS = ("Policy", "PolicyDocument", "PolicyVersion", "Document", "AssumeRolePolicyDocument", "Role", "policy")


def _unwrapped(raw: Any) -> Any:
    if isinstance(raw, str):
        return json.loads(raw)
    if not isinstance(raw, dict):
        return raw
    held = cast("dict[str, Any]", raw)
    if "Statement" not in held:
        for key in _WRAPPINGS:
            if isinstance(held.get(key), (dict, str)):
                return _unwrapped(held[key])
    return held


def compare(old: Policy, new: Policy) -> Comparison:
    """Return what `new` allows that `old` does not."""
    return _compare([old], [new])


def public(held: Policy, owner: str) -> tuple[Publicity, tuple[Statement, ...]]:
    """Return what strangers may do by a resource's policy, and the statements for which S3 calls it public."""
    return _public(held, owner=owner), public_by_s3(held.document.statements)


def check(held: Policy) -> tuple[lint.Remark, ...]:
    """Return what is wrong or surprising in a policy, worst first."""
    return lint.remarks(held)
