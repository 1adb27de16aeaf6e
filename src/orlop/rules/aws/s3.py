"""Questions about S3."""

from orlop.estate.aws.s3 import BLOCK_ALL, S3Account
from orlop.estate.change import change
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule


@rule(
    asks="May any bucket of this account be opened to everyone by a single wrong setting?",
    severity=Severity.HIGH,
    controls=(
        fsbp("S3.1"),
        cis_aws("2.1.4", edition="5.0"),
        cis_aws("3.1.4"),
        hipaa("164.312(a)(1)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="aws s3control put-public-access-block --account-id ACCOUNT --public-access-block-configuration "
    "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
    breaks="A bucket that serves a public web site straight from S3 stops doing so. Put CloudFront before it first.",
)
def account_lets_buckets_go_public(account: S3Account, estate: Estate) -> Answer:
    """Account lets buckets go public.

    AWS has one master switch that keeps all buckets of an account closed, whatever a bucket itself says. With it off,
    one mistake in one bucket publishes its files. Most leaks of stored files began so.
    """
    if account.public_access_block.value == BLOCK_ALL:
        return Pass("The master switch is on: no bucket of this account can be opened to everyone.")
    return Fail(
        "The master switch that keeps all buckets closed to strangers is off or only partly on.",
        change(account, "public_access_block", BLOCK_ALL),
    )


ALL = (account_lets_buckets_go_public,)
