# pyright: basic
# (z3 has no types)
"""Proof, by a solver: policies compared in strings and regular expressions give what our boxes give."""

from typing import Any

import pytest
import z3
from tests.dice import Dice

from orlop.estate.aws.policy import document
from orlop.reason.access.clauses import policy
from orlop.reason.access.compare import compare
from orlop.reason.addresses import cidr

Statement = dict[str, Any]
Formula = Any
TEXT = z3.ReSort(z3.StringSort())
ANY = z3.Full(TEXT)
NO_COLON = z3.Star(z3.Diff(z3.AllChar(TEXT), z3.Re(":")))
ACTION, RESOURCE = z3.String("action"), z3.String("resource")
TAG, HAS_TAG = z3.String("tag"), z3.Bool("has_tag")
IP, HAS_IP = z3.BitVec("ip", 32), z3.Bool("has_ip")

ACTIONS = ("s3:*", "s3:get*", "s3:*object", "s3:getobject", "iam:*", "*", "s3:?et*")
RESOURCES = ("*", "arn:aws:s3:::*", "arn:aws:s3:::a*", "arn:aws:s3:::a", "arn:aws:s3:::a*b", "arn:aws:iam::1*:role/*")
CONDITIONS: tuple[dict[str, dict[str, list[str]]], ...] = (
    {},
    {},
    {"StringEquals": {"a:t": ["x"]}},
    {"StringEquals": {"a:t": ["x", "y*"]}},
    {"StringLike": {"a:t": ["x*"]}},
    {"StringNotEquals": {"a:t": ["x"]}},
    {"StringNotLike": {"a:t": ["x*", "y"]}},
    {"StringEqualsIfExists": {"a:t": ["x"]}},
    {"Null": {"a:t": ["true"]}},
    {"Null": {"a:t": ["false"]}},
    {"IpAddress": {"a:ip": ["10.0.0.0/8"]}},
    {"NotIpAddress": {"a:ip": ["10.1.0.0/16", "10.200.0.0/16"]}},
    {"IpAddress": {"a:ip": ["10.0.0.0/9"]}, "StringLike": {"a:t": ["*x"]}},
)


def statement(dice: Dice) -> Statement:
    action = "NotAction" if dice.random() < 0.3 else "Action"
    resource = "NotResource" if dice.random() < 0.25 else "Resource"
    return {
        "Effect": "Deny" if dice.random() < 0.3 else "Allow",
        action: dice.sample(ACTIONS, dice.randint(1, 2)),
        resource: dice.sample(RESOURCES, dice.randint(1, 2)),
        "Condition": dice.choice(CONDITIONS),
    }


def expression(pattern: str, one: Formula, run: Formula) -> Formula:
    parts = [run if c == "*" else one if c == "?" else z3.Re(c) for c in pattern]
    return z3.Concat(*parts) if len(parts) > 1 else parts[0] if parts else z3.Re("")


def like(text: Formula, pattern: str) -> Formula:
    return z3.InRe(text, expression(pattern, z3.AllChar(TEXT), ANY))


def arn_like(text: Formula, pattern: str) -> Formula:
    """Part by part: only in the last one may a wildcard stand for a colon."""
    if pattern == "*":
        return z3.BoolVal(True)
    *first, last = pattern.split(":", 5)
    found: list[Formula] = []
    for part in first:
        found += [expression(part, z3.AllChar(TEXT), NO_COLON), z3.Re(":")]
    return z3.InRe(text, z3.Concat(*found, expression(last, z3.AllChar(TEXT), ANY)))


def met(operator: str, key: str, values: list[str]) -> Formula:
    has = HAS_TAG if key == "a:t" else HAS_IP
    if operator == "Null":
        return z3.Not(has) if values == ["true"] else has
    name = operator.removesuffix("IfExists")
    positive = name.replace("Not", "")
    if positive == "IpAddress":
        spans = [span for value in values for span in cidr(value).v4]
        hit = z3.Or(*(z3.And(z3.UGE(IP, a), z3.ULE(IP, b)) for a, b in spans))
    elif positive == "StringLike":
        hit = z3.Or(*(like(TAG, value) for value in values))
    else:
        hit = z3.Or(*(z3.StringVal(value) == TAG for value in values))
    if positive != name:
        return z3.Or(z3.Not(has), z3.Not(hit))
    return z3.Or(z3.Not(has), hit) if name != operator else z3.And(has, hit)


def fits(said: Statement) -> Formula:
    what = z3.Or(*(like(ACTION, p) for p in said.get("Action") or said["NotAction"]))
    on = z3.Or(*(arn_like(RESOURCE, p) for p in said.get("Resource") or said["NotResource"]))
    when = [met(op, key, values) for op, tests in said["Condition"].items() for key, values in tests.items()]
    what, on = z3.Not(what) if "NotAction" in said else what, z3.Not(on) if "NotResource" in said else on
    return z3.And(what, on, *when)


def allows(statements: list[Statement]) -> Formula:
    return z3.And(
        z3.Or(*(fits(s) for s in statements if s["Effect"] == "Allow")),
        z3.Not(z3.Or(*(fits(s) for s in statements if s["Effect"] == "Deny"))),
    )


AN_ARN = z3.Concat(z3.Re("arn:"), *[NO_COLON, z3.Re(":")] * 4, ANY)
ASKED = z3.And(
    z3.Or(z3.InRe(RESOURCE, AN_ARN), z3.StringVal("*") == RESOURCE),
    z3.InRe(ACTION, z3.Plus(z3.Union(z3.Range("a", "z"), z3.Range("0", "9"), z3.Re(":")))),
)


@pytest.mark.parametrize("batch", range(3))
def test_a_solver_finds_something_new_just_if_the_boxes_do(batch: int) -> None:
    decided = 0
    for seed in range(batch * 16, batch * 16 + 16):
        dice = Dice(seed)
        old, new = ([statement(dice) for _ in range(dice.randint(1, 3))] for _ in range(2))
        solver = z3.Solver()
        solver.set("timeout", 2_000)
        solver.add(ASKED, allows(new), z3.Not(allows(old)))
        found = solver.check()
        compared = compare(*([policy(document({"Statement": said}), "a policy")] for said in (old, new)))
        assert not compared.unsure, (old, new)
        if found != z3.unknown:
            decided += 1
            assert bool(compared.grants) == (found == z3.sat), (old, new, compared.grants, found)
    assert decided > 12, "the solver gives up on few"
