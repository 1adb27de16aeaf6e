"""Reads which secrets there are, never what they say."""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.collect.aws.times import iso, iso_or_none
from orlop.estate.aws.policy import Document, document
from orlop.estate.aws.secretsmanager import Rotation, Secret


@collector(Secret, service="secretsmanager", calls=("ListSecrets", "GetResourcePolicy"))
def secrets(aws: Reader) -> Iterator[Later[Secret]]:
    """List the secrets of a region, but for those whose deletion is planned."""
    for page in aws.pages("ListSecrets"):
        for item in page["SecretList"]:
            if aws.wants(item["ARN"]):
                yield _secret(aws, item)


def _secret(aws: Reader, item: Answer) -> Later[Secret]:
    policy = aws.ask("GetResourcePolicy", _policy, SecretId=item["ARN"])
    primary = item.get("PrimaryRegion") or ""
    return lambda: Secret(
        id=item["ARN"],
        account=aws.account,
        region=aws.region,
        name=item["Name"],
        source="secretsmanager:ListSecrets",
        service=item.get("OwningService") or "",
        kms_key=item.get("KmsKeyId"),
        created=iso(item["CreatedDate"]),
        changed=iso_or_none(item.get("LastChangedDate")),
        accessed=iso_or_none(item.get("LastAccessedDate")),
        primary_region="" if primary == aws.region else primary,
        rotation=_rotation(item),
        policy=policy(),
    )


def _rotation(item: Answer) -> Rotation | None:
    if not item.get("RotationEnabled"):
        return None
    rules = item.get("RotationRules", {})
    return Rotation(
        every_days=rules.get("AutomaticallyAfterDays"),
        schedule=rules.get("ScheduleExpression", ""),
        last=iso_or_none(item.get("LastRotatedDate")),
        next=iso_or_none(item.get("NextRotationDate")),
    )


def _policy(answer: Answer) -> Document | None:
    text = answer.get("ResourcePolicy")
    return document(text) if text else None


ALL = (secrets,)
