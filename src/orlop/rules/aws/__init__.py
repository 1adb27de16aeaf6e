"""Questions about AWS: one file a service."""

from orlop.rules.aws import s3, security_group, sns, sqs

ALL = (*s3.ALL, *security_group.ALL, *sns.ALL, *sqs.ALL)
