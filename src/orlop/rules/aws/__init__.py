"""Questions about AWS: one file a service."""

from orlop.rules.aws import (
    account,
    cloudtrail,
    ebs,
    ec2,
    elbv2,
    iam,
    iam_role,
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

ALL = (
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
    *account.ALL,
    *iam.ALL,
    *iam_role.ALL,
    *kms.ALL,
    *cloudtrail.ALL,
    *secretsmanager.ALL,
)
