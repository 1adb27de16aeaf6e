"""The guard rails of an organisation: which control policies limit an account, level by level.

They only ever take away. Where they were not read, an answer holds as far as they let it, and says so.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from orlop.estate.aws.organizations import Guard, Organisation
from orlop.estate.estate import Estate
from orlop.reason.access.clauses import Policy, policy

Levels = tuple[tuple[Policy, ...], ...]
"""The policies of each level, from the root down to the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What limits an account's users (`service`) and its resources (`resource`). `known`: whether that was read."""

    service: Levels = ()
    resource: Levels = ()
    known: bool = True


_UNLIMITED = Limits()


class Guards:
    """The guard rails of all accounts of an estate."""

    def __init__(self, estate: Estate) -> None:
        """Work on an estate."""
        self._seen = tuple(estate.each(Organisation))
        self._limits: dict[str, Limits] = {}

    def of(self, account: str) -> Limits:
        """Return what limits an account."""
        if account not in self._limits:
            self._limits[account] = self._find(account)
        return self._limits[account]

    @cached_property
    def ours(self) -> frozenset[str]:
        """All accounts that are known to be of an organisation of ours."""
        nodes = (node.id for seen in self._seen for node in (() if seen.nodes.unread else seen.nodes.value))
        rulers = (seen.membership.value for seen in self._seen if not seen.membership.unread)
        return frozenset((*(id for id in nodes if id.isdigit()), *(each.management for each in rulers if each)))

    @cached_property
    def organisations(self) -> frozenset[str]:
        """The ids of the organisations that the accounts are in."""
        found = (seen.membership.value for seen in self._seen if not seen.membership.unread)
        return frozenset(each.organisation for each in found if each)

    def _find(self, account: str) -> Limits:
        for seen in self._seen:
            belongs = None if seen.membership.unread else seen.membership.value
            if belongs and belongs.management == account:
                return _UNLIMITED
            if seen.account == account and not seen.membership.unread and belongs is None:
                return _UNLIMITED
            if not (seen.nodes.unread or seen.guards.unread):
                within = {node.id: node.within for node in seen.nodes.value}
                if account in within:
                    return _limits(seen.guards.value, tuple(_way(account, within)))
        return Limits(known=False)


def _way(account: str, within: Mapping[str, str]) -> Iterator[str]:
    """Yield the nodes that an account lies in, itself first."""
    node = account
    while node:
        yield node
        node = within.get(node, "")


def _limits(guards: tuple[Guard, ...], way: tuple[str, ...]) -> Limits:
    def levels(*, of_resources: bool) -> Levels:
        own = [guard for guard in guards if guard.of_resources == of_resources]
        if not any(guard.targets for guard in own):
            return ()  # This kind of policy is not turned on: else each level has at least Amazon's own.
        kind = "resource" if of_resources else "service"
        return tuple(
            tuple(policy(g.document, f"the {kind} control policy {g.name}") for g in own if node in g.targets)
            for node in reversed(way)
        )

    return Limits(service=levels(of_resources=False), resource=levels(of_resources=True))
