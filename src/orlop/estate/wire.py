"""Resources, facts and changes as JSON, and back.

Law: what comes back equals what went in. The text is canonical (fields in order), so equal resources have equal bytes.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, cast, get_args, get_origin, get_type_hints

import msgspec

from orlop.estate import aws, host
from orlop.estate.change import Change
from orlop.estate.fact import Fact, Unread
from orlop.estate.resource import Resource

KINDS: Mapping[str, type[Resource]] = {kind.KIND: kind for kind in (*aws.KINDS, *host.KINDS)}
"""Every kind of resource by its `KIND`."""


def plain(value: object) -> Any:
    """Return `value` (a resource, a setting, a change) as plain JSON-able lists, dicts and strings."""
    return msgspec.json.decode(encode(value))  # not to_builtins: that leaves tuples as tuples


def encode(value: object) -> bytes:
    """Return `value` as JSON, lone surrogates as `?`: no encoding takes them, and a policy may hold them."""
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(_encodable(msgspec.to_builtins(value, enc_hook=_out)))


def encodable(text: str) -> str:
    """Return `text` with lone surrogates as `?`."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def decode(kind: str, body: bytes) -> Resource:
    """Return the resource of `kind` that `encode` made `body` of.

    Raises: msgspec.ValidationError, KeyError for a kind that this version does not know.
    """
    return _decoder(KINDS[kind]).decode(body)


def change_from(raw: Mapping[str, Any]) -> Change:
    """Return the change that `plain` made `raw` of: its values get the type of the setting."""
    held = setting_type(raw["kind"], raw["setting"])
    return Change(
        raw["kind"],
        raw["target"],
        raw["setting"],
        was=msgspec.convert(raw["was"], held, dec_hook=_in),
        becomes=msgspec.convert(raw["becomes"], held, dec_hook=_in),
    )


@cache
def setting_type(kind: str, setting: str) -> Any:
    """Return the type that a setting holds: `T` for a field that is a `T` or a `Fact[T]`."""
    hint = get_type_hints(KINDS[kind])[setting]
    return get_args(hint)[0] if get_origin(hint) is Fact else hint


def _out(value: object) -> Any:
    if isinstance(value, Fact):
        fact = cast("Fact[Any]", value)
        said = "unread" if isinstance(fact.answer, Unread) else "is"
        return {"from": fact.source, said: fact.answer}
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Any]", value))
    raise NotImplementedError(f"no JSON for {type(value)}")


def _encodable(plain: Any) -> Any:
    match plain:
        case str():
            return encodable(plain)
        case dict():
            held = cast("dict[Any, Any]", plain)
            return {_encodable(key): _encodable(value) for key, value in held.items()}
        case list() | tuple():
            return [_encodable(value) for value in cast("list[Any]", plain)]
        case _:
            return plain


def _in(kind: Any, raw: Any) -> Fact[Any]:
    # The attributes themselves, not get_origin and get_args: this runs once for every fact of every resource.
    if getattr(kind, "__origin__", None) is not Fact:
        raise NotImplementedError(f"no value of {kind} from JSON")
    if "unread" in raw:
        return Fact(_unread(tuple(raw["unread"].items())), raw["from"])
    [held] = kind.__args__
    answer: Any = msgspec.convert(raw["is"], held, dec_hook=_in)
    return Fact(answer, raw["from"])


@lru_cache(maxsize=1024)
def _unread(raw: tuple[tuple[str, Any], ...]) -> Unread:
    """Return one and the same object for one and the same reason: it often stands in thousands of facts."""
    return msgspec.convert(dict(raw), Unread)


_encoder = msgspec.json.Encoder(enc_hook=_out, order="deterministic")


@cache
def _decoder(kind: type[Resource]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, dec_hook=_in)
