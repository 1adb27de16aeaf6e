"""Readers of AWS: one file a service. Each collector lists one kind (or a few that one call tells of)."""

from orlop.collect.aws import s3
from orlop.collect.aws.collector import Collector

ALL: tuple[Collector, ...] = (*s3.ALL,)
