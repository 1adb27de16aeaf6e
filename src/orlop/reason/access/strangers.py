"""What somebody from outside can bring along: which condition keys he chooses himself, and which say who he is.

A stranger has accounts, networks, buckets and an organisation of his own, and an address on the internet. He has none
that a policy names: neither an account, nor a network, nor addresses from a range so narrow that it names an owner.
What a request itself says (encryption, a referrer, an external id) is his to choose.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html (the meaning of
"public", and the keys that make a policy not public),
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (what each key holds)
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Network, collapse_addresses, ip_network

from orlop.reason.access.operators import Test
from orlop.reason.access.templates import RUN, matches
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

_OWN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_ACCOUNTS, (STRANGER,)),
    **dict.fromkeys(_ARNS, (f"arn:aws:{RUN}:{RUN}:{STRANGER}:{RUN}", f"arn:aws:s3:::stranger{RUN}")),
    **dict.fromkeys(_ORGANISATIONS, ("o-stranger00",)),
    **dict.fromkeys(_PATHS, (f"o-stranger00/{RUN}",)),
    "aws:sourcevpc": ("vpc-0stranger",),
    "aws:sourcevpce": ("vpce-0stranger",),
    "aws:userid": (STRANGER, f"AIDASTRANGER{RUN}", f"AROASTRANGER{RUN}"),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": (f"arn:aws:kms:{RUN}:{STRANGER}:{RUN}",),
    "sns:endpoint": (f"https://stranger.example/{RUN}", "stranger@stranger.example", f"arn:aws:{RUN}:{STRANGER}:{RUN}"),
}
"""Of each key that says who somebody is: what a stranger has there."""

_FLAGS = {"elasticfilesystem:accessedviamounttarget": "false"}
"""Keys that are true only for those who are in already."""

WIDEST_V4, WIDEST_V6 = 8, 32
"""A wider range of addresses than these prefixes names nobody.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html (aws:SourceIp)
"""


def apart(tests: Sequence[Test]) -> dict[str, Sequence[str]]:
    """Return what to tell apart in each condition key, so that what is a stranger's own is a class of its own."""
    keys = {test.key for test in tests}
    own: dict[str, Sequence[str]] = {key: _OWN[key] for key in keys if key in _OWN}
    return own | ({"aws:sourceip": _BORDERS} if "aws:sourceip" in keys else {})


def presentable(tests: Sequence[Test]) -> Mapping[str, Callable[[Choice], bool]]:
    """Return for each condition key whether a stranger can bring along what it holds."""
    asks: dict[str, Callable[[Choice], bool]] = {}
    for key in {test.key for test in tests}:
        if key in _OWN:
            asks[key] = partial(_is_own, _OWN[key])
        elif key in _FLAGS:
            asks[key] = partial(_is_own, (_FLAGS[key],))
        elif key == "aws:sourceip":
            asks[key] = partial(_is_from_anywhere, _named(tests))
    return asks


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
