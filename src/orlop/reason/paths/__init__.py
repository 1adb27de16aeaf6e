"""The ways an attacker would take: from outside, or from a stolen key, step by step to what is worth stealing.

A step is a fact of the estate: a network lets somebody in, a server has a role, a policy lets a role read a bucket.
Each carries its evidence and a cost: breaking into something that listens costs more than using what one may. The
cheapest way to each goal is what one shows; the one change that cuts most ways is what one makes first (`roots`).

Law: every step of a way holds by itself, and without one of them the way is gone.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from orlop.estate.aws.ebs import Image, Snapshot
from orlop.estate.aws.ec2 import Instance
from orlop.estate.aws.iam import Role, User
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.rds import DBCluster, DBClusterSnapshot, DBInstance, DBSnapshot
from orlop.estate.aws.s3 import Bucket
from orlop.estate.aws.secretsmanager import Secret
from orlop.estate.estate import Estate
from orlop.reason.access.authority import Principal
from orlop.reason.paths.ground import Ground
from orlop.reason.paths.hosts import steps_of_function, steps_of_server
from orlop.reason.paths.outside import steps_of_strangers, strangers
from orlop.reason.paths.principals import DATA, steps_of, steps_of_admin
from orlop.reason.paths.roots import Root, choke_points, roots
from orlop.reason.paths.search import Tree
from orlop.reason.paths.step import (
    ANYONE,
    BREAK_IN,
    EASY,
    FREE,
    INTERNET,
    Path,
    Sort,
    Step,
    admin_of,
    leaking,
    secrets_in,
)

__all__ = [
    "ANYONE",
    "BREAK_IN",
    "EASY",
    "FREE",
    "INTERNET",
    "Path",
    "Paths",
    "Root",
    "Sort",
    "Step",
    "admin_of",
]


class Paths:
    """The ways through one estate. What was worked out once is kept."""

    def __init__(self, estate: Estate) -> None:
        """Work on an estate."""
        self.ground = Ground(estate)
        self._after: dict[str, tuple[Step, ...]] = {}
        self._trees: dict[frozenset[tuple[str, int]], Tree] = {}

    def after(self, node: str) -> tuple[Step, ...]:
        """Return the steps that begin at a node."""
        if node not in self._after:
            self._after[node] = (*self._outer.get(node, ()), *self._within(node))
        return self._after[node]

    def _within(self, node: str) -> Iterable[Step]:
        if node in self._admins:
            return steps_of_admin(self._admins[node], self.ground)
        match self.ground.find(node):
            case User() | Role() as principal:
                return steps_of(principal, self.ground) if node in self.ground.principals else ()
            case Instance() as instance:
                return steps_of_server(instance, self.ground)
            case Function() as function:
                return steps_of_function(function)
            case _:
                return ()

    @cached_property
    def _outer(self) -> Mapping[str, tuple[Step, ...]]:
        found: dict[str, list[Step]] = {}
        for step in steps_of_strangers(self.ground):
            found.setdefault(step.start, []).append(step)
        return {start: tuple(steps) for start, steps in found.items()}

    @cached_property
    def _admins(self) -> dict[str, str]:
        return {admin_of(account): account for account in self.ground.accounts}

    @cached_property
    def crown_jewels(self) -> frozenset[str]:
        """What is worth stealing: stored files, secrets, databases, copies of disks, and every right."""
        data = {each.id for kind in (*DATA, Image) for each in self.ground.estate.each(kind)}
        leaky = {secrets_in(each.id) for each in self.ground.estate.each(Function)}
        leaky |= {secrets_in(each.id) for each in self.ground.estate.each(Instance)}
        return frozenset(data | leaky | self._admins.keys())

    def jewels_of(self, account: str) -> frozenset[str]:
        """Return what is worth stealing in one account."""
        return frozenset(id for id in self.crown_jewels if self._account(id) == account)

    def _account(self, node: str) -> str:
        found = self.ground.find(leaking(node) or node)
        return found.account if found else self._admins.get(node, "")

    @cached_property
    def outside(self) -> Mapping[str, int]:
        """The sources from outside, and what it costs to be there: the internet, anyone with an account, and those
        whom something here lets in by name."""
        return strangers((step for steps in self._outer.values() for step in steps), self.ground)

    @cached_property
    def people(self) -> Mapping[str, int]:
        """The users of the estate, each of whose keys and passwords may be stolen."""
        return {user.id: BREAK_IN for user in self.ground.users}

    def tree(self, sources: Mapping[str, int]) -> Tree:
        """Return the cheapest ways from any of some sources."""
        key = frozenset(sources.items())
        if key not in self._trees:
            self._trees[key] = Tree(sources, self.after)
        return self._trees[key]

    def acting(self, principal: Principal) -> tuple[Principal, ...]:
        """Return a user or role and all roles that it can surely take on, one after another, without any change."""
        found = {principal.id: principal}
        left = [principal.id]
        while left:
            for step in self.after(left.pop()):
                role = self.ground.principals.get(step.end)
                if step.sort is Sort.TRUST and step.surely and role and role.id not in found:
                    found[role.id] = role
                    left.append(role.id)
        return tuple(found.values())

    def name(self, node: str) -> str:
        """Return what people call a node."""
        of = leaking(node)
        if of:
            return f"secrets of {self.ground.name(of)}"
        return self.ground.name(node) if node.startswith("arn:") else node

    def kind(self, node: str) -> str:
        """Return in a word what a node is: `internet`, `server`, `role`, `bucket`..."""
        if node in self._admins:
            return "admin"
        if leaking(node):
            return "secret"
        found = self.ground.find(node)
        return _WORDS.get(found.KIND, "thing") if found else _BY_FIRST_WORD.get(node.partition(" ")[0], "thing")

    def from_source(self, source: str) -> dict[str, Path]:
        """Return the cheapest way from a source to each thing it leads to."""
        tree = self.tree({source: 0})
        return {path.end: path for path in tree.paths(tree.reached)}

    def worst(self, sources: Mapping[str, int], goals: Iterable[str] | None = None) -> tuple[Path, ...]:
        """Return the cheapest way from any source to each goal (None: each crown jewel), cheapest first."""
        wanted = self.crown_jewels if goals is None else goals
        found = self.tree(sources).paths(wanted)
        return tuple(sorted(found, key=lambda path: (path.cost, len(path.steps), path.end)))

    def roots(self, sources: Mapping[str, int], paths: Iterable[Path]) -> tuple[Root, ...]:
        """Return the causes of some of the ways from these sources, worst first."""
        return roots(self.tree(sources), paths)

    def choke_points(self, sources: Mapping[str, int], paths: Iterable[Path]) -> tuple[tuple[Step, int], ...]:
        """Return the steps whose cause, once ended, cuts most of some ways for good, each with how many."""
        return choke_points(self.tree(sources), paths)


_WORDS = {
    Instance.KIND: "server",
    Function.KIND: "function",
    Role.KIND: "role",
    User.KIND: "user",
    Bucket.KIND: "bucket",
    Secret.KIND: "secret",
    **dict.fromkeys((DBInstance.KIND, DBCluster.KIND), "database"),
    **dict.fromkeys((Snapshot.KIND, DBSnapshot.KIND, DBClusterSnapshot.KIND, Image.KIND), "snapshot"),
}
_BY_FIRST_WORD = {"internet": "internet", "anyone": "person", "account": "account", "sign-in": "person"}
