"""Kinds of AWS resources: one file a service."""

from orlop.estate.aws import (
    account,
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
    transit,
    vpc,
)

KINDS = (
    *s3.KINDS,
    *ec2.KINDS,
    *security_group.KINDS,
    *vpc.KINDS,
    *transit.KINDS,
    *sns.KINDS,
    *sqs.KINDS,
    *ebs.KINDS,
    *elbv2.KINDS,
    *lambda_.KINDS,
    *rds.KINDS,
    *account.KINDS,
    *iam.KINDS,
    *kms.KINDS,
    *cloudtrail.KINDS,
    *secretsmanager.KINDS,
)
