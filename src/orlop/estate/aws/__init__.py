"""Kinds of AWS resources: one file a service."""

from orlop.estate.aws import ebs, ec2, elbv2, lambda_, rds, s3, security_group, sns, sqs, vpc

KINDS = (
    *s3.KINDS,
    *ec2.KINDS,
    *security_group.KINDS,
    *vpc.KINDS,
    *sns.KINDS,
    *sqs.KINDS,
    *ebs.KINDS,
    *elbv2.KINDS,
    *lambda_.KINDS,
    *rds.KINDS,
)
