"""What somebody from outside can bring along: which condition keys he chooses himself, and which say who he is.

A stranger has accounts, networks, buckets and an organisation of his own, and an address on the internet. He has none
that a policy names: neither an account, nor a network, nor addresses from a range so narrow that it names an owner.
What a request itself says (encryption, a referrer, an external id) is his to choose.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html (the meaning of
"public", and the keys that make a policy not public),
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (what each key holds)
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Network, collapse_addresses, ip_network

from orlop.reason.access.operators import Test
from orlop.reason.access.templates import ARN_PARTS, ONE, RUN, matches
from orlop.reason.access.values import Choice
from orlop.reason.access.who import STRANGER
from orlop.reason.addresses import INTERNET, Addresses, cidr, cidrs

_ACCOUNTS = (
    "aws:sourceaccount",
    "aws:sourceowner",
    "aws:vpceaccount",
    "s3:dataaccesspointaccount",
)
_ARNS = ("aws:sourcearn", "aws:sourcevpcarn", "s3:dataaccesspointarn", "elasticfilesystem:accesspointarn")
_ORGANISATIONS = ("aws:principalorgid", "aws:sourceorgid", "aws:vpceorgid")
_PATHS = ("aws:principalorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths")

_WEB, _MAIL = f"https://stranger.example/{RUN}", "stranger@stranger.example"

_OWN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_ACCOUNTS, (STRANGER,)),
    **dict.fromkeys(_ORGANISATIONS, ("o-stranger00",)),
    **dict.fromkeys(_PATHS, (f"o-stranger00/{RUN}",)),
    "aws:sourcevpc": ("vpc-0stranger",),
    "aws:sourcevpce": ("vpce-0stranger",),
    "aws:userid": (STRANGER, f"AIDASTRANGER{RUN}", f"AROASTRANGER{RUN}"),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": (f"arn:aws:kms:{RUN}:{STRANGER}:{RUN}",),
    "sns:endpoint": (_WEB, _MAIL, f"arn:aws:{RUN}:{STRANGER}:{RUN}"),
}
"""Of each key that says who somebody is: what a stranger has there."""

_FLAGS = {"elasticfilesystem:accessedviamounttarget": "false"}
"""Keys that are true only for those who are in already."""

_OF_SERVICES = ("aws:principalservicenameslist",)
"""Keys that only services of AWS have."""

PUBLIC_PROVIDERS = (
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
)
"""Web identities that anyone may have.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html (web identity)
"""

WIDEST_V4, WIDEST_V6 = 8, 32
"""A wider range of addresses than these prefixes names nobody.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html (aws:SourceIp)
"""


def apart(
    tests: Sequence[Test], accounts: Sequence[str] = (), organisations: Sequence[str] = ()
) -> dict[str, Sequence[str]]:
    """Return what to tell apart in each condition key, so that what is a stranger's own is a class of its own.

    And so with what is one of some `accounts` or `organisations`.
    """
    found: dict[str, Sequence[str]] = {}
    for key in {test.key for test in tests}:
        if key in _ACCOUNTS:
            found[key] = (STRANGER, *accounts)
        elif key in _ARNS:
            any_thing = "arn:aws:sns:eu-west-1" if _parts_are_fixed(tests, key) else f"arn:{RUN}:{RUN}:{RUN}"
            found[key] = (*(f"{any_thing}:{each}:{RUN}" for each in (STRANGER, *accounts)), f"arn:aws:s3:::{RUN}")
        elif key == "aws:sourceip":
            found[key] = _BORDERS
        elif key in _OWN:
            found[key] = (*_OWN[key], *(text for each in organisations for text in _of_organisation(each).get(key, ())))
    return found


def _of_organisation(organisation: str) -> dict[str, tuple[str, ...]]:
    """Return what somebody of an organisation has in the keys that tell it."""
    paths = dict.fromkeys(_PATHS, (f"{organisation}/{RUN}",))
    return {**dict.fromkeys(_ORGANISATIONS, (organisation,)), **paths}


def _parts_are_fixed(tests: Sequence[Test], key: str) -> bool:
    """Whether the ARNs that tests of a key ask for have no wildcard but at the end, in the name of a thing."""
    patterns = (value.pattern for test in tests if test.key == key for value in test.values)
    return all(
        each == RUN or (each and each.count(":") >= ARN_PARTS - 1 and RUN not in each[:-1] and ONE not in each)
        for each in patterns
    )


_Asks = Mapping[str, Callable[[Choice], bool]]


def presentable(tests: Sequence[Test], *, service: bool = False, organisation: str = "") -> _Asks:
    """Return for each condition key whether a stranger can bring along what it holds; or a service in his name.

    `organisation` is the one that he belongs to; else it is one that no policy names.
    """
    own = _OWN | (_of_organisation(organisation) if organisation else {})
    asks: dict[str, Callable[[Choice], bool]] = {}
    for key in {test.key for test in tests}:
        if key in _ARNS:
            asks[key] = partial(_is_arn_of, STRANGER, _fixed_buckets(tests, key))
        elif key == "sns:endpoint" and _by_mail_only(tests):
            asks[key] = partial(_is_own, (_MAIL,))
        elif key in own:
            asks[key] = partial(_is_own, own[key])
        elif key in _FLAGS:
            asks[key] = partial(_is_own, (_FLAGS[key],))
        elif key == "aws:sourceip":
            asks[key] = partial(_is_from_anywhere, _named(tests))
        elif key in _OF_SERVICES and not service:
            asks[key] = _is_missing
        elif "." in key.rpartition(":")[0]:
            asks[key] = partial(_is_claimable, _binding(tests, key))
    return asks


def _by_mail_only(tests: Sequence[Test]) -> bool:
    """Whether tests hold subscriptions to mail: a web address may end like a mail address, too."""
    kinds = {value.text for test in tests if test.key == "sns:protocol" for value in test.values}
    return bool(kinds) and kinds <= {"email", "email-json"}


def presentable_by(account: str, tests: Sequence[Test]) -> _Asks:
    """Return for each condition key whether somebody of an account can bring along what it holds.

    In which organisation or network he is is not known, so any is possible.
    """
    asks: dict[str, Callable[[Choice], bool]] = {}
    for key in {test.key for test in tests}:
        if key in _ACCOUNTS:
            asks[key] = partial(_is_own, (account,))
        elif key in _ARNS:
            asks[key] = partial(_is_arn_of, account, frozenset[str]())
        elif key in _OF_SERVICES:
            asks[key] = _is_missing
    return asks


def _is_missing(choice: Choice) -> bool:
    return choice.elements is None


def _is_arn_of(account: str, taken: frozenset[str], choice: Choice) -> bool:
    """Whether ARNs are of an account. Those of buckets name none: a bucket may be anyone's whose name is not taken."""
    for each in choice.elements or ():
        parts = each.text.split(":", ARN_PARTS - 1)
        if len(parts) < ARN_PARTS:
            return False
        of_bucket = parts[2] == "s3" and not parts[5].startswith(S3_OF_ACCOUNTS)
        if of_bucket and (parts[4] or parts[5].partition("/")[0] in taken):
            return False
        if not of_bucket and parts[4] != account:
            return False
    return True


S3_OF_ACCOUNTS = ("accesspoint", "job/", "storage-lens", "access-grants")
"""How the names of S3's things begin that say whose they are, as buckets do not."""


def _fixed_buckets(tests: Sequence[Test], key: str) -> frozenset[str]:
    """Return the buckets that tests of a key name in full: they are somebody's already."""
    values = (value for test in tests if test.key == key for value in test.values)
    parts = [value.pattern.split(":", ARN_PARTS - 1) for value in values if value.pattern]
    buckets = {each[5].partition("/")[0] for each in parts if len(each) == ARN_PARTS}
    return frozenset(name for name in buckets if RUN not in name and ONE not in name)


def _binding(tests: Sequence[Test], key: str) -> tuple[str, ...]:
    """Return the values of a claim of a web sign-in (`...:sub`) that not just anybody there can have.

    An audience (`aud`) tells applications apart only at the big public ones. A pattern must fix the owner:
    `repo:acme/*` does, `repo:acme*` also means `acme-evil`.
    """
    host, _, claim = key.rpartition(":")
    if claim == "amr" or (claim in ("aud", "app_id") and host not in PUBLIC_PROVIDERS):
        return ()
    values = (value.pattern for test in tests if test.key == key for value in test.values)
    return tuple(pattern for pattern in values if pattern and _fixes_owner(pattern))


def _fixes_owner(pattern: str) -> bool:
    start = re.split(f"[{RUN}{ONE}]", pattern, maxsplit=1)[0]
    return start == pattern or bool(re.match(r"[^/:]+[/:].", start.partition(":")[2] + "x"))


def _is_claimable(binding: Sequence[str], choice: Choice) -> bool:
    return not any(matches(pattern, each.text) for each in choice.elements or () for pattern in binding)


def _is_own(patterns: Sequence[str], choice: Choice) -> bool:
    return all(any(matches(p, each.text) for p in patterns) for each in choice.elements or ())


def _is_from_anywhere(named: Addresses, choice: Choice) -> bool:
    for each in choice.elements or ():
        try:
            here = cidr(each.text)
        except ValueError:
            continue
        if not here & INTERNET or here & named:
            return False
    return True


def _named(tests: Sequence[Test]) -> Addresses:
    """Return the addresses of all ranges that are narrow enough to name an owner, even taken together."""
    four: list[IPv4Network] = []
    six: list[IPv6Network] = []
    for value in (value for test in tests if test.key == "aws:sourceip" for value in test.values):
        try:
            network = ip_network(value.text, strict=False)
        except ValueError:
            continue
        if isinstance(network, IPv4Network):
            four.append(network)
        else:
            six.append(network)
    narrow = [str(each) for each in collapse_addresses(four) if each.prefixlen >= WIDEST_V4]
    return cidrs((*narrow, *(str(each) for each in collapse_addresses(six) if each.prefixlen >= WIDEST_V6)))


_BORDERS = (
    *(str(IPv4Address(border)) for span in INTERNET.v4 for border in (span[0], span[1] + 1) if border < 1 << 32),
    "2000::/3",
)
