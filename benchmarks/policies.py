"""How fast Orlop compares and evaluates policies, beside z3 on the same pairs where that is installed.

`python -m benchmarks.policies [--pairs N]`. z3 is asked for one request that the new policy allows and the old one does
not, as strings and regular expressions; Orlop answers with all clauses that grant more, each with a request.
"""

import argparse
import importlib
import json
import random
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from benchmarks import machine, page
from benchmarks.reason import RESULTS
from orlop.estate.aws.policy import document
from orlop.reason.access.clauses import Policy, policy
from orlop.reason.access.compare import compare
from orlop.reason.access.evaluate import Policies, evaluate
from orlop.reason.access.request import Context, Request, caller

Statement = dict[str, Any]

_ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:Get*", "s3:*Object", "s3:*", "s3:Delete?bject")
_RESOURCES = ("arn:aws:s3:::claims/*", "arn:aws:s3:::claims/2026/*", "arn:aws:s3:::cl*", "arn:aws:s3:::logs/a", "*")
_REGIONS = ("eu-*", "eu-west-1", "us-east-1", "eu-west-?")
_KEY = "aws:RequestedRegion"
_Z3_TIMEOUT = 2000
"""Milliseconds."""


def main() -> None:
    """Measure, print and keep the medians."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policies", description="Policies, beside z3.")
    parser.add_argument("--pairs", type=int, default=200)
    result = {"machine": machine.described(), **measured(parser.parse_args().pairs)}
    print(json.dumps(result, indent=2))
    (RESULTS / "policies.json").write_text(json.dumps(result, indent=2) + "\n")
    page.write()


def measured(count: int) -> dict[str, Any]:
    """Return medians over pairs of policies, in milliseconds (evaluation: microseconds)."""
    draw = random.Random(1)
    pairs = [(_statements(draw), _statements(draw)) for _ in range(count)]
    ready = [(_policy(old), _policy(new)) for old, new in pairs]
    found, took = _timed([lambda o=old, n=new: compare([o], [n]) for old, new in ready])
    requests = [(_request(draw), Policies(identity=(new,))) for _, new in ready for _ in range(10)]
    _, evaluations = _timed([lambda r=request, p=held: evaluate(r, p) for request, held in requests])
    ours = [True if each.grants else None if each.unsure else False for each in found]
    result = {
        "policies": count,
        "unknown": ours.count(None),
        "compare_ms": _median(took, 1e3),
        "evaluate_us": _median(evaluations, 1e6),
    }
    if find_spec("z3"):
        theirs, took = _timed([lambda o=old, n=new: grants_more(o, n) for old, new in pairs])
        known = [(a, b) for a, b in zip(ours, theirs, strict=True) if a is not None and b is not None]
        unlike = sum(a != b for a, b in known)
        result |= {"z3_ms": _median(took, 1e3), "z3_unknown": theirs.count(None), "both": len(known), "unlike": unlike}
    return result


def _timed(jobs: list[Callable[[], Any]]) -> tuple[list[Any], list[float]]:
    answers: list[Any] = []
    seconds: list[float] = []
    for job in jobs:
        began = time.perf_counter()
        answers.append(job())
        seconds.append(time.perf_counter() - began)
    return answers, seconds


def _median(seconds: list[float], scale: float) -> float:
    return round(statistics.median(seconds) * scale, 3)


def _statements(draw: random.Random) -> list[Statement]:
    return [
        _statement(draw, "Allow" if at == 0 or draw.random() < 0.7 else "Deny") for at in range(draw.randrange(1, 5))
    ]


def _statement(draw: random.Random, effect: str) -> Statement:
    said: Statement = {"Effect": effect, "Action": draw.sample(_ACTIONS, draw.randrange(1, 3))}
    said["Resource"] = draw.sample(_RESOURCES, draw.randrange(1, 3))
    if draw.random() < 0.4:
        said["Condition"] = {"StringLike": {_KEY: draw.sample(_REGIONS, draw.randrange(1, 3))}}
    return said


def _policy(statements: list[Statement]) -> Policy:
    return policy(document({"Version": "2012-10-17", "Statement": statements}), "a policy")


def _request(draw: random.Random) -> Request:
    return Request(
        action=draw.choice(("s3:GetObject", "s3:PutObject", "s3:DeleteObject")),
        caller=caller("arn:aws:iam::111122223333:user/ann"),
        resource=draw.choice(("arn:aws:s3:::claims/2026/1", "arn:aws:s3:::logs/a")),
        owner="111122223333",
        context=Context({_KEY.lower(): draw.choice(("eu-west-1", "us-east-1"))}),
    )


def grants_more(old: list[Statement], new: list[Statement]) -> bool | None:
    """Ask z3 whether a request exists that `new` allows and `old` does not; None where it gives up."""
    z3: Any = importlib.import_module("z3")
    action, resource, region = z3.String("action"), z3.String("resource"), z3.String("region")
    has_region = z3.Bool("has region")

    def fits(said: Statement) -> Any:
        parts = [
            z3.Or([z3.InRe(action, _expression(z3, each.lower())) for each in said["Action"]]),
            z3.Or([z3.InRe(resource, _expression(z3, each)) for each in said["Resource"]]),
        ]
        if "Condition" in said:
            wanted = said["Condition"]["StringLike"][_KEY]
            parts += [has_region, z3.Or([z3.InRe(region, _expression(z3, each)) for each in wanted])]
        return z3.And(parts)

    def allowed(statements: list[Statement]) -> Any:
        by = {effect: [fits(s) for s in statements if s["Effect"] == effect] for effect in ("Allow", "Deny")}
        return z3.And(z3.Or(by["Allow"]), z3.Not(z3.Or(by["Deny"])))

    solver = z3.Solver()
    solver.set("timeout", _Z3_TIMEOUT)
    solver.add(allowed(new), z3.Not(allowed(old)))
    said = str(solver.check())
    return {"sat": True, "unsat": False}.get(said)


def _expression(z3: Any, pattern: str) -> Any:
    any_one = z3.AllChar(z3.ReSort(z3.StringSort()))
    parts = [z3.Star(any_one) if c == "*" else any_one if c == "?" else z3.Re(c) for c in pattern]
    return z3.Concat(parts) if len(parts) > 1 else parts[0]


if __name__ == "__main__":
    main()
