"""The questions that Orlop asks. Each is one function; each file ends in `ALL`."""

from orlop.rules import aws, host
from orlop.rules.rule import AnyRule

ALL: tuple[AnyRule, ...] = (*aws.ALL, *host.ALL)
