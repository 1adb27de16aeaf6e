"""Readers of AWS: one file a service. Each collector lists one kind (or a few that one call tells of)."""

from orlop.collect.aws import (
    account_settings,
    cloudtrail,
    ebs,
    ec2,
    elb,
    elbv2,
    iam,
    kms,
    lambda_,
    privatelink,
    rds,
    s3,
    secretsmanager,
    security_group,
    sns,
    sqs,
    transit,
    vpc,
)
from orlop.collect.aws.collector import Collector

ALL: tuple[Collector, ...] = (
    *s3.ALL,
    *ec2.ALL,
    *security_group.ALL,
    *vpc.ALL,
    *transit.ALL,
    *privatelink.ALL,
    *sns.ALL,
    *sqs.ALL,
    *ebs.ALL,
    *elb.ALL,
    *elbv2.ALL,
    *lambda_.ALL,
    *rds.ALL,
    *account_settings.ALL,
    *iam.ALL,
    *kms.ALL,
    *cloudtrail.ALL,
    *secretsmanager.ALL,
)
