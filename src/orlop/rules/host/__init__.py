"""Questions about a host: one file a subject."""

from orlop.rules.rule import AnyRule

ALL: tuple[AnyRule, ...] = ()
