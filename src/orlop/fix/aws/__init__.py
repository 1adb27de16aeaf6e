"""Writers of AWS settings: one file a service."""

from orlop.fix.aws import s3, security_group, sns, sqs
from orlop.fix.writer import AnyWriter

ALL: tuple[AnyWriter, ...] = (*s3.ALL, *security_group.ALL, *sns.ALL, *sqs.ALL)
