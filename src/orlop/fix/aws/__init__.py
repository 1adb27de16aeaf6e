"""Writers of AWS settings: one file a service."""

from orlop.fix.aws import s3
from orlop.fix.writer import AnyWriter

ALL: tuple[AnyWriter, ...] = (*s3.ALL,)
