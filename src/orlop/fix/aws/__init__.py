"""Writers of AWS settings: one file a service."""

from orlop.fix.aws import (
    cloudtrail,
    ebs,
    ec2,
    elbv2,
    iam,
    kms,
    lambda_,
    rds,
    s3,
    secretsmanager,
    security_group,
    sns,
    sqs,
    vpc,
)
from orlop.fix.writer import AnyWriter

ALL: tuple[AnyWriter, ...] = (
    *s3.ALL,
    *ec2.ALL,
    *security_group.ALL,
    *vpc.ALL,
    *sns.ALL,
    *sqs.ALL,
    *ebs.ALL,
    *elbv2.ALL,
    *lambda_.ALL,
    *rds.ALL,
    *iam.ALL,
    *kms.ALL,
    *cloudtrail.ALL,
    *secretsmanager.ALL,
)
