"""What a host is made of: identity, listeners, users, settings."""

from orlop.estate.host import account, file, host, kernel, port, ssh, unit
from orlop.estate.resource import Resource

KINDS: tuple[type[Resource], ...] = (
    *host.KINDS,
    *port.KINDS,
    *account.KINDS,
    *ssh.KINDS,
    *kernel.KINDS,
    *unit.KINDS,
    *file.KINDS,
)
