"""Laws: the evaluator decides as a second one does that was written apart (`tests.decider`); and what it says for
certain of a request of which not everything is known, holds whatever the rest turns out to be."""

from dataclasses import replace
from typing import Any

import pytest
from tests.clouds import Cloud
from tests.decider import Asked, Held, decide
from tests.dice import Dice

from orlop.estate.aws.policy import document
from orlop.reason.access.authority import Authority
from orlop.reason.access.clauses import Policy, policy
from orlop.reason.access.compare import allowed
from orlop.reason.access.evaluate import Outcome, Policies, evaluate
from orlop.reason.access.public import public
from orlop.reason.access.request import Context, Request, Value, caller
from orlop.reason.access.who import STRANGER

ME, THEM = "111122223333", "444455556666"
ANN, CLERK, BOB = f"arn:aws:iam::{ME}:user/ann", f"arn:aws:iam::{ME}:role/clerk", f"arn:aws:iam::{THEM}:user/bob"
ACTIONS = ("s3:*", "s3:Get*", "s3:*Object", "s3:GetObject", "s3:?utObject", "ec2:*", "*")
ASKED_FOR = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "ec2:RunInstances")
RESOURCES = (
    *("*", "arn:aws:s3:::*", "arn:aws:s3:::claims/*", "arn:aws:s3:::claims/a?n/*", "arn:aws:s3:::claims/ann/1"),
    *("arn:aws:s3:::claims/${aws:username}/*", "arn:aws:s3:::claims/${a:t}*"),
)
THINGS = (
    "arn:aws:s3:::claims/ann/1",
    "arn:aws:s3:::claims/bob/2",
    "arn:aws:s3:::claims/x",
    "arn:aws:s3:::other/*",
    "*",
)
OVER = ("", "", "ForAnyValue:", "ForAllValues:")
KEYS: dict[str, tuple[Value | None, ...]] = {
    "a:t": (None, "x", "xy", "ann", "*"),
    "a:many": (None, (), ("x",), ("x", "y"), ("y", "z")),
    "a:ip": (None, "10.1.2.3", "10.9.9.9", "192.0.2.1"),
    "a:n": (None, "5", "10"),
    "a:flag": (None, "true", "false"),
    "a:arn": (None, ANN, CLERK, "arn:aws:sns:eu-west-1:111122223333:t"),
    "aws:username": (None, "ann", "bob"),
}


class Writer(Dice):
    def condition(self) -> dict[str, dict[str, list[str]]]:
        no, tail = self.choice(["", "Not"]), self.choice(["", "", "IfExists"])
        match self.randint(0, 9):
            case 0:
                return {f"{no}IpAddress{tail}": {"a:ip": self.sample(["10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0"], 2)}}
            case 1:
                return {f"NumericLessThan{tail}": {"a:n": ["7"]}}
            case 2:
                return {f"Bool{tail}": {"a:flag": [self.choice(["true", "false"])]}}
            case 3:
                key = self.choice(["a:t", "a:many", "a:ip"])
                return {"Null": {key: [self.choice(["true", "false"])]}}
            case 4:
                return {
                    f"Arn{no}Like{tail}": {"a:arn": [self.choice(["arn:aws:iam::*:user/*", "arn:aws:sns:*:*:?", ANN])]}
                }
            case 5 | 6:
                name = self.choice(["Equals", "Like"])
                values = self.sample(["x", "y*", "z", "${a:t}"], self.randint(1, 2))
                return {f"{self.choice(OVER)}String{no}{name}{tail}": {"a:many": values}}
            case _:
                name = self.choice(["Equals", "Like"])
                values = self.sample(["x", "x*", "?", "${aws:username}", "ann"], self.randint(1, 2))
                return {f"String{no}{name}{tail}": {"a:t": values}}

    def statement(self, *, names: tuple[str, ...] = ()) -> dict[str, Any]:
        said: dict[str, Any] = {
            "Effect": "Deny" if self.random() < 0.25 else "Allow",
            "NotAction" if self.random() < 0.25 else "Action": self.sample(ACTIONS, self.randint(1, 2)),
            "NotResource" if self.random() < 0.2 else "Resource": self.sample(RESOURCES, self.randint(1, 2)),
        }
        if self.random() < 0.5:
            said["Condition"] = self.condition()
        if names:
            kind = "NotPrincipal" if said["Effect"] == "Deny" and self.random() < 0.3 else "Principal"
            said[kind] = {"AWS": self.sample(names, self.randint(1, 2))}
        return said

    def policy(self, *, most: int = 3, names: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        return [self.statement(names=names) for _ in range(self.randint(1, most))]

    def held(self, *, bounded: bool) -> Held:
        names = (ANN, CLERK, BOB, ME, THEM)
        wide = {"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}
        return Held(
            identity=self.policy(),
            resource=self.policy(names=names) if self.random() < 0.7 else (),
            boundary=self.policy() if bounded and self.random() < 0.5 else None,
            session=self.policy() if bounded and self.random() < 0.3 else None,
            levels=[
                [wide, *self.policy(most=1)] if self.random() < 0.5 else self.policy()
                for _ in range(self.randint(0, 2))
            ],
        )

    def asked(self) -> Asked:
        who = self.choice([ANN, ANN, CLERK, BOB])
        keys = {key: self.choice(values) for key, values in KEYS.items()}
        owner = ME if self.random() < 0.7 else THEM
        return Asked(self.choice(ASKED_FOR), who, self.choice(THINGS), owner, keys, who == CLERK)


def ready(said: Any) -> Policy:
    return policy(document({"Version": "2012-10-17", "Statement": list(said)}), "a policy")


def policies(held: Held) -> Policies:
    return Policies(
        identity=(ready(held.identity),),
        resource=ready(held.resource) if held.resource else None,
        boundaries=None if held.boundary is None else (ready(held.boundary),),
        session=None if held.session is None else ready(held.session),
        service_control=tuple((ready(level),) for level in held.levels),
    )


def request(asked: Asked) -> Request:
    session = asked.caller.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/session"
    who = caller(session if asked.is_session else asked.caller)
    return Request(
        action=asked.action, caller=who, resource=asked.resource, owner=asked.owner, context=Context(dict(asked.keys))
    )


@pytest.mark.parametrize("batch", range(4))
def test_two_evaluators_written_apart_decide_alike(batch: int) -> None:
    outcomes = set[str]()
    for seed in range(batch * 150, batch * 150 + 150):
        dice = Writer(seed)
        held = dice.held(bounded=True)
        made = policies(held)
        for _ in range(12):
            asked = dice.asked()
            if any("NotPrincipal" in said for said in held.resource) and held.boundary is not None:
                continue  # AWS advises against it, and says that the statement then denies everybody
            decided = evaluate(request(asked), made).outcome
            assert decided == decide(asked, held), (seed, asked, held)
            outcomes.add(decided)
    assert outcomes == {Outcome.ALLOWED, Outcome.EXPLICITLY_DENIED, Outcome.IMPLICITLY_DENIED}


@pytest.mark.parametrize("batch", range(2))
def test_what_is_certain_stays_so_whatever_the_unknown_turns_out_to_be(batch: int) -> None:
    unknown = 0
    for seed in range(5000 + batch * 200, 5200 + batch * 200):
        dice = Writer(seed)
        made, whole = policies(dice.held(bounded=True)), request(dice.asked())
        hidden = dice.sample(list(KEYS), dice.randint(1, 4))
        known = {key: held for key, held in whole.context.known.items() if key not in hidden}
        part = evaluate(replace(whole, context=Context(known, rest_missing=False)), made)
        unknown += part.outcome is Outcome.UNKNOWN
        for _ in range(6) if part.outcome is not Outcome.UNKNOWN else ():
            turned_out = {key: dice.choice(KEYS[key]) for key in hidden}
            full = evaluate(replace(whole, context=Context({**known, **turned_out})), made)
            granted = full.outcome is Outcome.ALLOWED  # of two reasons why it is denied either may be told
            assert granted == (part.outcome is Outcome.ALLOWED), (seed, hidden)
    assert unknown > 5


OWN: dict[str, tuple[Value | None, ...]] = {
    "aws:sourceip": ("8.8.8.8", "9.1.2.3"),
    "aws:principalorgid": (None, "o-stranger00"),
    "aws:sourcevpce": (None, "vpce-0stranger"),
    "aws:sourceaccount": (None, STRANGER),
    "aws:referer": (None, "x", "https://claims.example/"),
    "aws:securetransport": ("true", "false"),
    "a:t": (None, "x", "xy"),
}
"""What a stranger can bring along."""


def _for_strangers(dice: Writer) -> dict[str, Any]:
    said = dice.statement()
    said["NotPrincipal" if dice.random() < 0.15 else "Principal"] = dice.choice(
        [{"AWS": ["*"]}, {"AWS": ["*"]}, {"AWS": [THEM]}, {"AWS": [BOB, ME]}]
    )
    said["Resource"] = [dice.choice(["*", "arn:aws:s3:::claims/*", "arn:aws:s3:::claims/ann/*"])]
    said.pop("NotResource", None)
    no, tail = dice.choice(["", "Not"]), dice.choice(["", "", "IfExists"])
    key, values = dice.choice(
        [
            ("aws:PrincipalOrgID", ["o-ours", "o-*"]),
            ("aws:SourceVpce", ["vpce-1", "vpce-*"]),
            ("aws:SourceAccount", [ME, "*"]),
            ("aws:Referer", ["x", "https://*"]),
            ("a:t", ["x", "x*"]),
        ]
    )
    over, name = dice.choice(OVER), dice.choice(["Equals", "Like"])
    text = {f"{over}String{no}{name}{tail}": {key: [dice.choice(values)]}}
    ranges = {f"{no}IpAddress{tail}": {"aws:SourceIp": [dice.choice(["203.0.113.0/24", "0.0.0.0/0", "8.0.0.0/7"])]}}
    flag = {f"Bool{tail}": {"aws:SecureTransport": [dice.choice(["true", "false"])]}}
    said["Condition"] = dice.choice([{}, text, text, ranges, flag, {**flag, **text}])
    return said


@pytest.mark.parametrize("batch", range(2))
def test_whatever_a_stranger_may_do_is_found_and_what_is_found_he_may_do(batch: int) -> None:
    found_some = 0
    for seed in range(7000 + batch * 150, 7150 + batch * 150):
        dice = Writer(seed)
        held = ready([_for_strangers(dice) for _ in range(dice.randint(1, 3))])
        told = public(held, owner=ME)
        for grant in told.grants:
            assert allowed(held.clauses, grant.witness) is True
            assert grant.witness.caller.account in ("", STRANGER)
        found_some += bool(told.grants)
        if not told.grants and not told.unsure:
            for _ in range(60):
                keys = {key: dice.choice(values) for key, values in OWN.items()}
                who = dice.choice([None, f"arn:aws:iam::{STRANGER}:user/eve"])
                one = Request(
                    action=dice.choice(ASKED_FOR),
                    caller=caller(who),
                    resource=dice.choice(THINGS),
                    owner=ME,
                    context=Context(keys),
                )
                assert allowed(held.clauses, one) is False, (seed, one)
    assert 10 < found_some < 140


MEANT = ("arn:aws:s3:::claims/*", "arn:aws:s3:::claims/ann/*", "arn:aws:s3:::*", "arn:aws:s3:::claims/ann/1")
FITTING = (*THINGS[:3], "arn:aws:s3:::claims/ann/2", "arn:aws:s3:::claims/axn/1", "arn:aws:s3:::other/1")


def _within(pattern: str, thing: str) -> bool:
    return thing == pattern or (pattern.endswith("*") and thing.startswith(pattern[:-1]))


@pytest.mark.parametrize("batch", range(2))
def test_what_somebody_may_do_to_a_pattern_is_the_most_he_may_do_to_any_that_it_means(batch: int) -> None:
    outcomes = set[Outcome]()
    for seed in range(9000 + batch * 30, 9030 + batch * 30):
        dice = Writer(seed)
        held = Held(identity=dice.policy(), resource=dice.policy(names=(ANN, CLERK, ME)), boundary=dice.policy())
        if any("NotPrincipal" in said for said in held.resource):
            continue
        cloud = Cloud()
        cloud.user("ann", *map(dict, held.identity))
        cloud.people["Policies"].append(_boundary(held.boundary))
        at = {"PermissionsBoundaryArn": f"arn:aws:iam::{ME}:policy/limit", "PermissionsBoundaryType": "Policy"}
        cloud.people["UserDetailList"][0]["PermissionsBoundary"] = at
        cloud.bucket("claims", *map(dict, held.resource))
        authority = Authority(cloud.estate())
        [ann] = authority.principals
        on_claims = Held(identity=held.identity, boundary=held.boundary)
        for action, pattern in ((a, p) for a in ASKED_FOR[:3] for p in MEANT):
            right = authority.may(ann, action, pattern)
            outcome = right.decision.outcome
            outcomes.add(outcome)
            for thing in FITTING:
                of = held if thing.startswith("arn:aws:s3:::claims") else on_claims
                keys = {key: dice.choice(values) for key, values in KEYS.items()} | {"aws:username": "ann"}
                if _within(pattern, thing) and decide(Asked(action, ANN, thing, ME, keys), of) == "Allowed":
                    assert outcome in (Outcome.ALLOWED, Outcome.UNKNOWN), (seed, action, pattern, thing, keys)
            if outcome is Outcome.ALLOWED:
                of = held if right.resource.startswith("arn:aws:s3:::claims") else on_claims
                keys = {key: dice.choice(values) for key, values in KEYS.items()} | {"aws:username": "ann"}
                assert decide(Asked(action, ANN, right.resource, ME, keys), of) == "Allowed", (
                    seed,
                    action,
                    right,
                    keys,
                )
        names = [r.principal.name for r in authority.who_may("s3:GetObject", MEANT[0])]
        may = authority.may(ann, "s3:GetObject", MEANT[0]).decision.outcome
        assert names == (["ann"] if may in (Outcome.ALLOWED, Outcome.UNKNOWN) else [])
    assert outcomes >= {Outcome.ALLOWED, Outcome.UNKNOWN, Outcome.IMPLICITLY_DENIED}


def _boundary(said: Any) -> dict[str, Any]:
    body = {"Version": "2012-10-17", "Statement": list(said)}
    version = {"Document": body, "VersionId": "v1", "IsDefaultVersion": True}
    arn = f"arn:aws:iam::{ME}:policy/limit"
    return {"PolicyName": "limit", "Arn": arn, "AttachmentCount": 1, "PolicyVersionList": [version]}
