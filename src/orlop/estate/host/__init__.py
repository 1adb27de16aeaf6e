"""What a host is made of: identity, listeners, users, settings."""

from orlop.estate.resource import Resource

KINDS: tuple[type[Resource], ...] = ()
