"""Laws for collectors, for the calls that they declare, and for the permissions that these are said to need."""

import json
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from types import ModuleType
from typing import Any, cast

import botocore.session
import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from orlop import rules
from orlop.collect import aws
from orlop.collect.aws.collector import Collector
from orlop.collect.aws.permissions import permission
from orlop.estate import aws as estate
from orlop.estate.wire import KINDS
from orlop.fix import aws as writers
from orlop.rules.rule import AnyRule
from tests.laws.source import modules, written_in

REVIEWERS = ("SecurityAudit", "ReadOnlyAccess")
"""AWS's own policies for people who review accounts: nothing that inspecting needs lies beyond them."""

UNSEEN = frozenset(
    {
        "ec2:DisableEbsEncryptionByDefault",
        "ec2:DisableImageBlockPublicAccess",
        "ec2:DisableSnapshotBlockPublicAccess",
        "ec2:EnableEbsEncryptionByDefault",
        "ec2:EnableImageBlockPublicAccess",
        "ec2:EnableSnapshotBlockPublicAccess",
        "ec2:ModifyInstanceMetadataOptions",
        "iam:DeleteAccountPasswordPolicy",
        "iam:DeleteUserPolicy",
        "kms:DisableKeyRotation",
        "kms:EnableKeyRotation",
        "lambda:UpdateFunctionUrlConfig",
        "s3:DeleteAccessPointPolicy",
    }
)
"""Actions that exist, though no policy of AWS's own spells them out (looked up one by one).

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

every_collector = pytest.mark.parametrize("collector", aws.ALL, ids=lambda c: c.name)
every_call = pytest.mark.parametrize("call", sorted({call for c in aws.ALL for call in c.sources}))


@cache
def _granted(*policies: str) -> tuple[str, ...]:
    """The actions that AWS's own policies spell out, in lower case: of all of them, or of those named."""
    known: dict[str, Any] = json.loads(aws_managed_policies_data)
    chosen = [known[name]["Document"]["Statement"] for name in (policies or known)]
    return tuple({action.lower() for said in chosen for part in _list(said) for action in _list(part.get("Action"))})


def _list(said: Any) -> list[Any]:
    """One thing, or a list of them."""
    if said is None:
        return []
    return cast("list[Any]", said) if isinstance(said, list) else [said]


@cache
def _operations(service: str) -> frozenset[str]:
    return frozenset(_session().get_service_model(service).operation_names)


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


@every_call
def test_the_call_exists(call: str) -> None:
    service, _, operation = call.partition(":")
    assert operation in _operations(service)


@every_collector
def test_what_reading_needs_is_within_what_aws_gives_reviewers(collector: Collector) -> None:
    granted = _granted(*REVIEWERS)
    for action in collector.permissions:
        assert any(fnmatchcase(action.lower(), pattern) for pattern in granted), action


def _written() -> Iterator[str]:
    for writer in writers.ALL:
        yield from (permission(*call.split(":")) for call in writer.calls)


@pytest.mark.parametrize("action", sorted(set(_written())))
def test_what_a_fix_needs_is_an_action_that_exists(action: str) -> None:
    assert action.lower() in _granted() or action in UNSEEN


def test_every_kind_has_one_collector() -> None:
    times = Counter(kind.KIND for collector in (*aws.ALL, *aws.USAGE) for kind in collector.kinds)
    assert times == Counter(kind.KIND for kind in estate.KINDS)


@pytest.mark.parametrize("rule", rules.ALL, ids=lambda rule: rule.id)
def test_what_a_rule_asks_about_is_collected(rule: AnyRule) -> None:
    assert rule.over.KIND in KINDS


@every_collector
def test_a_scope_is_one_of_three(collector: Collector) -> None:
    assert collector.scope in ("region", "", "*")
    assert collector.kinds
    assert len(set(collector.sources)) == len(collector.sources)


def test_no_collector_is_left_out_of_the_list() -> None:
    package: ModuleType = aws
    for module in modules(package):
        for collector in written_in(module, Collector):
            if collector.collect.__module__ == module.__name__:
                assert collector in (*aws.ALL, *aws.USAGE), collector.name
