"""Makes text from the inspected systems harmless: control characters, direction tricks, and what looks like a secret.

Laws: `inert` leaves nothing that a terminal or a browser acts on; a secret that is recognised never leaves in a report.
Recognising secrets is a net, not a proof: collectors must not bring any up in the first place.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

HIDDEN = "(hidden)"
"""What stands in a report where a secret stood."""

# Controls (C0, DEL, C1), soft hyphen, Arabic letter mark, zero-width characters, line and paragraph separators,
# direction overrides and isolates, invisible operators, byte order mark, annotations, tags, lone surrogates.
# Source: https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
ACTIVE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""One character that a screen would act on."""

_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_LONE = re.compile("[\ud800-\udfff]")

# Each alternative either hides the whole match or keeps the group `k…` before it.
_SECRET = re.compile(
    r"""
      -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----.*?(?:-----END[ ][A-Z ]*PRIVATE[ ]KEY-----|\Z)
    | (?P<k1>://[^/\s:@]+:)[^@\s/]+(?=@)                                                # https://user:password@host
    | (?P<k2>(?<!:)(?i:pass(?:word|wd|phrase)?|secret(?:_?access)?(?:_?key)?|token|api_?key)["']?\s*[:=]\s*["']?)
      (?!arn:)(?=[^\s"',;&]*\d)[^\s"',;&]{8,}                                           # password=hunter2hunter2
    | \bgh[pousr]_[A-Za-z0-9]{30,} | \bgithub_pat_\w{30,} | \bxox[abprs]-[\w-]{10,}
    | \b[rs]k_live_\w{16,} | \bAIza[\w-]{35}
    | \beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]*                                            # JSON Web Token
    | \$(?:1|2[abxy]|5|6|7|y|argon2\w*)\$[./A-Za-z0-9$,=+-]{20,}                        # password hash
    """,
    re.VERBOSE | re.DOTALL,
)
_SECRET_KEY = re.compile(
    r"(?i)^(?:.*[_-])?(?:password|passwd|passphrase|secret|secret_?key|private_?key|api_?key|token)$"
)


def inert(text: str) -> str:
    r"""Return `text` on one line, every character that a screen would act on written out, e.g. `\x1b`, `\u202e`."""
    return ACTIVE.sub(_written_out, text)


@lru_cache(maxsize=8192)
def veiled(text: str) -> str:
    """Return `text` with what looks like a secret hidden, and lone surrogates (which no encoding takes) written out.

    Cached: most texts of a report are those of its few rules.
    """
    return _SECRET.sub(_hide, text if text.isascii() else _LONE.sub(_written_out, text))


@lru_cache(maxsize=1024)
def is_secret(key: str) -> bool:
    """Whether a setting of this name holds a secret."""
    return _SECRET_KEY.match(key) is not None


def cleaned(value: Any, key: str = "") -> Any:
    """Return plain data (lists, dicts, strings...) every text `veiled`, for a format that does its own escaping."""
    if isinstance(value, str):
        return HIDDEN if value and is_secret(key) else veiled(value)
    if isinstance(value, Mapping):
        held = cast("Mapping[str, Any]", value)
        return {veiled(name): cleaned(part, name) for name, part in held.items()}
    if isinstance(value, list | tuple):
        return [cleaned(part, key) for part in cast("list[Any]", value)]
    return value


def _written_out(found: re.Match[str]) -> str:
    char = found[0]
    if char in _SHORT:
        return _SHORT[char]
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _hide(found: re.Match[str]) -> str:
    return (found["k1"] or found["k2"] or "") + HIDDEN
