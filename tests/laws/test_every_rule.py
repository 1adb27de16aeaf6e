"""Laws that hold for every rule, whoever wrote it."""

import ast
import re
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from orlop import rules
from orlop.fix import aws as aws_writers
from orlop.fix import host as host_writers
from orlop.frameworks.table import about
from orlop.rules import aws, host
from orlop.rules.rule import AnyRule, Fail, Pass, Rule, Unknown
from tests import fixes
from tests.cases import GIVEN
from tests.laws.source import changes, module_of, modules, sayings, written_in

WITHOUT_CONTROL: frozenset[str] = frozenset({"kernel-kernel-tells-secrets", "kernel-links-not-guarded"})
"""Rules for which no framework that we know has a control."""

LONGEST_QUESTION = 110
LONGEST_SENTENCE = 35

JARGON = (
    *("ACL", "NACL", "AMI", "ARN", "ASLR", "CIDR", "CMK", "EBS", "ENI", "IAM", "IMDS", "IMDSv1", "IMDSv2", "KMS"),
    *("MFA", "NSG", "PAM", "SSE", "SUID", "VPC", "0.0.0.0/0", "::/0", "attack surface", "daemon", "egress"),
    *("hardening", "ingress", "least privilege", "misconfigured", "principal", "privilege escalation", "ptrace"),
    *("sudoers", "sysctl", "umask", "wildcard"),
)
"""Words that say nothing to someone without security training: a question does without them."""

every_rule = pytest.mark.parametrize("rule", rules.ALL, ids=lambda rule: rule.id)


def test_no_two_rules_share_an_id() -> None:
    assert [id for id, times in Counter(rule.id for rule in rules.ALL).items() if times > 1] == []


@every_rule
def test_asks_a_short_question_in_plain_words(rule: AnyRule) -> None:
    assert rule.asks.endswith("?")
    assert len(rule.asks) <= LONGEST_QUESTION, len(rule.asks)
    assert [word for word in JARGON if re.search(rf"(?<![\w.]){re.escape(word)}s?(?![\w])", rule.asks)] == []


@every_rule
def test_says_what_is_wrong_why_it_matters_and_what_mending_means(rule: AnyRule) -> None:
    assert 8 <= len(rule.title) <= 80, rule.title
    assert rule.why.endswith((".", "`", ">")), rule.why
    assert rule.by_hand.strip()
    assert rule.breaks.strip()


@every_rule
def test_speaks_in_short_sentences(rule: AnyRule) -> None:
    prose = rule.why.partition("Source:")[0]
    assert [s for s in _sentences(f"{rule.asks} {prose} {rule.breaks}") if _words(s) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("module", [*modules(aws), *modules(host)], ids=lambda module: module.__name__)
def test_gives_its_reasons_in_short_sentences(module: ModuleType) -> None:
    long = [
        (where, sentence)
        for where, text in sayings(module)
        for sentence in _sentences(text)
        if _words(sentence) > LONGEST_SENTENCE
    ]
    assert long == []


@every_rule
def test_cites_controls_that_exist(rule: AnyRule) -> None:
    for control in rule.controls:
        assert about(control).title
    assert len(set(rule.controls)) == len(rule.controls)
    assert bool(rule.controls) != (rule.id in WITHOUT_CONTROL)


@pytest.mark.parametrize("package", [aws, host], ids=["aws", "host"])
def test_no_rule_is_left_out_of_the_lists(package: ModuleType) -> None:
    for module in modules(package):
        own = [rule for rule in written_in(module, Rule[Any]) if module_of(rule) is module]
        assert {rule.id for rule in own} == {rule.id for rule in getattr(module, "ALL", ())}, module.__name__
        assert set(own) <= set(rules.ALL), module.__name__


@every_rule
def test_every_setting_that_it_changes_has_a_writer(rule: AnyRule) -> None:
    writers = [*aws_writers.ALL, *host_writers.ALL]
    for change in changes(rule):
        able = [w for w in writers if w.setting == change.setting and change.kind in (w.kind, None)]
        assert able, change


@every_rule
def test_its_fix_is_proven(rule: AnyRule) -> None:
    if changes(rule):
        assert f"test_{rule.check.__name__}" in _proofs(), "plant, inspect, fix, inspect, undo: in tests/fixes"


@pytest.mark.last
def test_has_a_row_that_passes_one_that_fails_and_one_that_cannot_be_assessed(request: pytest.FixtureRequest) -> None:
    if not _whole(request.config):
        pytest.skip("looks back at all tables, so it runs with the whole suite only")
    wanted = {(rule.id, kind) for rule in rules.ALL for kind in (Pass, Fail, Unknown)}
    assert sorted((id, kind.__name__) for id, kind in wanted - GIVEN) == []


def _whole(config: pytest.Config) -> bool:
    chosen = [config.getoption(name) for name in ("keyword", "markexpr", "lf", "deselect")]
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not any(chosen)


def _proofs() -> set[str]:
    folder = Path(next(iter(fixes.__path__)))
    trees = (ast.parse(file.read_text()) for file in folder.glob("test_*.py"))
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?:;])\s+", text)


def _words(sentence: str) -> int:
    return len(sentence.split())
