"""Questions about a host: one file a subject."""

from orlop.rules.host import accounts, clock, files, firewall, kernel, ports, ssh, updates
from orlop.rules.rule import AnyRule

ALL: tuple[AnyRule, ...] = (
    *ports.ALL,
    *firewall.ALL,
    *ssh.ALL,
    *accounts.ALL,
    *files.ALL,
    *kernel.ALL,
    *updates.ALL,
    *clock.ALL,
)
