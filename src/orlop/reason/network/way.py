"""One way that packets can take: its steps in order, there and back."""

from dataclasses import dataclass, replace

from orlop.estate.fact import NotKnown
from orlop.reason.network.steps import Fixed, Kind, Passes, Step


@dataclass(frozen=True, slots=True)
class Way:
    """One way: its steps in order. `by` says in a word how it comes in; `assumes` what is taken for granted.

    `groups_count`: whether rules that name the other's security groups mean him on this way: those of the receiver, and
    those of the sender (`groups_count_out`). `enters`: whether it comes over the border of the last subnet. `nat` is
    the NAT gateway at which it ends so far, since that sends on from its own address; `""` for none.
    """

    steps: tuple[Step, ...]
    by: str
    assumes: tuple[str, ...] = ()
    groups_count: bool = True
    groups_count_out: bool = True
    enters: bool = True
    nat: str = ""

    def then(self, *steps: Step) -> "Way":
        """Return the way with more steps at its end."""
        return replace(self, steps=(*self.steps, *steps))

    def joined(self, further: "Way") -> "Way":
        """Return this way and then another one."""
        return Way(
            (*self.steps, *further.steps),
            further.by if self.by == "local" else self.by,
            (*self.assumes, *further.assumes),
            self.groups_count and further.groups_count,
            self.groups_count_out and further.groups_count_out,
            self.enters and further.enters,
            further.nat,
        )


def yes(kind: Kind, subject: str, says: str) -> Fixed:
    """Return a step that is open."""
    return Fixed(kind, subject, Passes.YES, says)


def no(kind: Kind, subject: str, says: str, needs: str = "") -> Fixed:
    """Return a step that is shut; `needs` is what would have to change."""
    return Fixed(kind, subject, Passes.NO, says, needs)


def unread(kind: Kind, subject: str, gap: NotKnown) -> Fixed:
    """Return a step of which nothing is known."""
    return Fixed(kind, subject, Passes.UNKNOWN, f"{gap.source}: {gap.unread.why}")
