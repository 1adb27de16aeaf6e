"""Kinds of AWS resources: one file a service."""

from orlop.estate.aws import s3

KINDS = (*s3.KINDS,)
