"""Which kinds of secret a text looks like: start-up scripts, environment variables, settings. Never which secret.

Laws: no answer holds any part of the text but the number of a line; what only stands for a secret (`${DB_PASSWORD}`,
`<your password>`, the ARN of a stored one, the hash of an image) is none; the time taken grows with the text, not
faster. A password that is the word "password" passes for a place to fill in.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import log2


class Kind(StrEnum):
    """What a secret looks like, in words for people."""

    AWS_KEY = "AWS access key"
    PRIVATE_KEY = "private key"
    PASSWORD = "password"  # noqa: S105 -- a word for people, not a password
    CONNECTION = "connection string with a password"
    TOKEN = "token"  # noqa: S105 -- a word for people, not a token
    RANDOM = "long random value"


@dataclass(frozen=True, slots=True, order=True)
class Secret:
    """One place that looks like a secret. `line` counts from 1."""

    kind: Kind
    line: int


def kinds_of_secret(text: str) -> tuple[Secret, ...]:
    """Return what in `text` looks like a secret, in the order of lines; each kind once a line."""
    found = {Secret(Kind.PRIVATE_KEY, text.count("\n", 0, match.start()) + 1) for match in _PRIVATE_KEY.finditer(text)}
    for number, line in enumerate(text.split("\n"), 1):
        found |= {Secret(kind, number) for kind in _told(set(_in_line(line)))}
    return tuple(sorted(found, key=lambda secret: (secret.line, secret.kind)))


def kinds_in_variable(name: str, value: str) -> tuple[Kind, ...]:
    """Return which kinds of secret a variable looks like, judged by its name and its whole value."""
    kinds = {secret.kind for secret in kinds_of_secret(value)}
    if "\n" not in value:
        kinds |= set(_assigned(name, value.strip()))
    return tuple(sorted(_told(kinds)))


def _told(kinds: set[Kind]) -> set[Kind]:
    """Leave out "long random value" where something says better what it is."""
    return kinds - {Kind.RANDOM} or kinds


def _in_line(line: str) -> Iterator[Kind]:
    for kind, shape in _SHAPES:
        if any(not _stands_for(match[match.lastindex or 0]) for match in shape.finditer(line)):
            yield kind
    for shape in (_ASSIGNMENT, _OPTION):
        for match in shape.finditer(line):
            yield from _assigned(match["name"], _bare(match["value"]))


def _assigned(name: str, value: str) -> Iterator[Kind]:
    """Judge `name=value`."""
    words = _words(name)
    if _stands_for(value) or value.lower() == name.lower() or _NO_SECRET.search(words):
        return
    if _AWS_SECRET_NAME.search(words) and _AWS_SECRET.fullmatch(value):
        yield Kind.AWS_KEY
    elif _PASSWORD_NAME.search(words) and len(value) >= 4:
        yield Kind.PASSWORD
    elif _TOKEN_NAME.search(words) and _mixed(value):
        yield Kind.TOKEN
    elif _random(value):
        yield Kind.RANDOM


def _words(name: str) -> str:
    """Return a name as lower-case words: `dbPassword`, `DB-PASSWORD` and `db.password` become `db_password`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", apart.lower()).strip("_")


def _bare(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0] else value


def _stands_for(value: str) -> bool:
    """Whether a value only stands for a secret: a reference, a name of one, a place to fill in, a switch."""
    return any(shape.search(value) for shape in (_REFERENCE, _PLACEHOLDER, _PLAIN, _IDENTIFIER, _PATH))


def _mixed(value: str) -> bool:
    """Whether a value is no word and no plain name: long, without spaces, of letters and digits."""
    return bool(_UNBROKEN.fullmatch(value)) and len(value) >= 16 and _bits(value) > 3.0 and _has(value, "a", "0")


def _random(value: str) -> bool:
    """Whether a value looks drawn at random: over 4.2 bits a character, in upper and lower case and digits.

    Prose and CamelCase stay below that; hexadecimal text, which most hashes are, cannot reach it.
    """
    return bool(_BASE64.fullmatch(value)) and _bits(value) > 4.2 and _has(value, "a", "A", "00")


def _has(value: str, *wanted: str) -> bool:
    """Whether `value` has letters (`a`: any case unless `A` is asked for, too), capitals (`A`), two digits (`00`)."""
    digits = sum(char.isdigit() for char in value)
    lower, upper = any(char.islower() for char in value), any(char.isupper() for char in value)
    cased = lower and upper if "A" in wanted else lower or upper
    return cased and digits >= max(len(part) for part in wanted if part.startswith("0"))


def _bits(value: str) -> float:
    """Return Shannon's entropy of the characters, in bits a character."""
    shares = [count / len(value) for count in Counter(value).values()]
    return -sum(share * log2(share) for share in shares)


# A name begins where no name runs on, so that a long line is walked once; values end where a shell ends them.
_VALUE = r"""(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s"',;&|<>]+)"""
_ASSIGNMENT = re.compile(
    r"""(?<![\w.-])(?P<name>[A-Za-z_][\w.-]{0,80})["']?[ \t]{0,4}(?:=>|:=|[:=])[ \t]{0,4}""" + _VALUE
)
_OPTION = re.compile(r"(?<!\S)--(?P<name>[a-z][a-z-]{0,60})[ \t]+" + _VALUE)

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[nr]){1,8}"
    r"(?:Proc-Type|Version:|Comment:|[A-Za-z0-9+/]{16})"
)

_TOKENS = (
    r"gh[opusr]_[A-Za-z0-9]{36}",
    r"github_pat_[A-Za-z0-9_]{60,90}",
    r"glpat-[A-Za-z0-9_-]{20}",
    r"xox[abeoprs]-[A-Za-z0-9-]{16,100}",
    r"hooks\.slack\.com/services/T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/[A-Za-z0-9]{20,}",
    r"[sr]k_live_[A-Za-z0-9]{16,100}",
    r"sk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,200}",
    r"AIza[A-Za-z0-9_-]{35}",
    r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}",
    r"npm_[A-Za-z0-9]{36}",
    r"pypi-AgE[A-Za-z0-9_-]{50,200}",
    r"dckr_pat_[A-Za-z0-9_-]{20,40}",
    r"eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,2000}",
    r"(?:IQoJb3JpZ2lu|FwoGZXIvYXdz)[A-Za-z0-9+/=]{100,4000}",
)
_SHAPES = (
    (Kind.AWS_KEY, re.compile(r"(?<![A-Za-z0-9/+])(AKIA[A-Z2-7]{16})(?![A-Za-z0-9/+])")),
    (Kind.TOKEN, re.compile(rf"(?<![A-Za-z0-9_-])({'|'.join(_TOKENS)})")),
    (
        Kind.TOKEN,
        re.compile(r"(?i)\bauthorization[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?:bearer|basic|token)\s+([^\s\"']{12,4000})"),
    ),
    (Kind.CONNECTION, re.compile(r"(?<![a-z0-9+])[a-z][a-z0-9+]{1,30}://[^\s:/@\"'<>]{0,100}:([^\s@/\"'<>]{1,200})@")),
    (
        Kind.PASSWORD,
        re.compile(r"\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n|;&]{0,200}?\s-p([^\s\"'-][^\s\"']{2,100})"),
    ),
    (Kind.PASSWORD, re.compile(r"\bcurl\b[^\n|;]{0,300}?\s(?:-u|--user)[ =]?[\"']?[^\s:\"']{1,100}:([^\s\"']{3,200})")),
    (
        Kind.PASSWORD,
        re.compile(
            r"\becho\s+(?:-n\s+)?[\"']?[\w.-]{1,60}:([^\s\"'|]{3,100})[\"']?\s{0,4}\|\s{0,4}(?:sudo\s+)?chpasswd"
        ),
    ),
)
"""Kind, and a shape whose last group is the secret itself. Beginnings of tokens are those their makers publish."""

_WORD = (
    r"(?:password|passwd|passphrase|passwort|pwd|pass|secret_?key|signing_key|encryption_key"
    r"|(?:client|app|jwt|session|shared|signing|webhook|consumer|cookie|hmac)_secret)"
)
_AFTER = r"(?:_?\d{1,2}|_(?:prod|production|dev|test|staging|stage|live|old|new|value|plaintext|plain|primary))?$"
_PASSWORD_NAME = re.compile(_WORD + _AFTER)
_TOKEN_NAME = re.compile(
    rf"(?:^|_)(?:\w*token|secret|\w*api_?key|access_?key|auth_?key|private_?key|license_?key|credentials?|\w*_key){_AFTER}"
)
_AWS_SECRET_NAME = re.compile(r"(?:secret_?access_?key|aws_?secret(?:_?key)?|secret_?key)$")
_NO_SECRET = re.compile(
    r"(?:bypass|compass|trespass|public_key|kms_key|key_id|key_name|key_alias|key_arn|access_key_id"
    r"|(?:hash|sha|sha1|sha256|sha512|md5|digest|checksum|integrity|etag|fingerprint|commit|revision|version|id|ids|arn"
    r"|name|url|uri|host|endpoint|path|file|dir|image|cert|certificate|crt|pem|bundle|region|bucket|table|queue|topic"
    r"|policy|layer|length|expiry|ttl))$"
)
"""Names, as lower-case words, that say their value is no secret: they name, place or measure something."""

_REFERENCE = re.compile(
    r"""(?ix)
      ^(?: \$ | %\w+%$ | %\( | \{\{ | \{[\w.:-]+\}$ | < | ` | \#\{ | @ | !(?:sub|ref|getatt|secret|vault)\b )
    | ^(?:arn|ssm|ssm-secure|secretsmanager|secretmanager|resolve|vault|op|awssm|file|s3|gs|ref|secretref|env
        |valuefrom):
    | ^(?:os|self|this|process|config|conf|settings|args|env|vars?|local|data|params|options|request|req|event|secrets
        |module|aws)\.[a-z_]
    | \$\{ | \$\( | \{\{ | ^\w+\( | \w\[["']?\w+["']?\]$ | ^https?://[^@]*$
    """
)
_PLACEHOLDER = re.compile(
    r"""(?ix)
      (?:^|[_\W])
      (?:change[_-]?(?:me|it|this)|replace[_-]?(?:me|this|with)|placeholder|redacted|masked|dummy|insert|your|todo
        |fill[_-]?(?:me|in)|not[_-]?set|unset|undefined|none|null|nil|n/a|secret-here|sample)
      (?:$|[_\W])
    | example(?:$|[_\W]|key) | ^example | ^(.)\1{2,}$ | [*•]{3,} | x{4,} | \.{3} | ^\[.*\]$
    """
)
_PLAIN = re.compile(
    r"""(?ix)
      ^(?: \s* | true | false | yes | no | on | off | enabled? | disabled? | required | optional | prompt | stdin | auto
         | default | password | passwd | secret | token | string | bearer | basic | \d{1,5}
         | \d+(?:\.\d+)? \s? (?:s|m|h|d|ms|min|kb|mb|gb)
      )$
    """
)
_IDENTIFIER = re.compile(
    r"""(?x)
      ^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$
    | ^(?:sha1|sha256|sha384|sha512|md5)[:-] | @sha256:
    | ^(?:i|vpc|subnet|sg|ami|vol|snap|eni|igw|nat|rtb|eipalloc|fs|lt|tgw|key|acl)-[0-9a-f]{8,17}$
    | ^[a-z]{2}(?:-[a-z]+)+-\d_[A-Za-z0-9]{9}$ | \.amazonaws\.com | ^alias/
    | ^ssh-(?:rsa|ed25519|dss)$ | ^AAAA[BCE] | ^MII[A-Z]
    """
)
_PATH = re.compile(
    r"(?:^(?:~|\.{1,2})?/|^[A-Za-z]:\\)(?:[\w.@-]+[/\\])*[\w@-]*(?:\.\w{1,8}|(?<=[a-z_-]{3}))$|^[a-z0-9_-]+(?:/[a-z0-9_-]+)+$"
)
_AWS_SECRET = re.compile(r"[A-Za-z0-9/+]{40}")
_UNBROKEN = re.compile(r"[A-Za-z0-9+/=_.!@#%^&*~-]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{32,128}={0,2}")
