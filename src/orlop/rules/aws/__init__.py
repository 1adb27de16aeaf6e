"""Questions about AWS: one file a service."""

from orlop.rules.aws import s3

ALL = (*s3.ALL,)
