"""Reads the keys that the account made for itself."""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.collect.aws.times import iso, iso_or_none
from orlop.estate.aws.kms import Key, KeyGrant, KeyParticulars
from orlop.estate.aws.policy import document

_CANNOT_ROTATE = ("UnsupportedOperationException", "KMSInvalidStateException")


@collector(
    Key,
    service="kms",
    calls=("ListKeys", "ListAliases", "DescribeKey", "GetKeyRotationStatus", "GetKeyPolicy", "ListGrants"),
)
def keys(aws: Reader) -> Iterator[Later[Key]]:
    """List the keys of a region, but for those that AWS services made for themselves.

    Only AWS can give a name that begins with `alias/aws/`, so these are known without asking.
    Source: https://docs.aws.amazon.com/kms/latest/developerguide/alias-about.html
    """
    names: dict[str, list[str]] = {}
    for page in aws.pages("ListAliases"):
        for alias in page["Aliases"]:
            names.setdefault(alias.get("TargetKeyId", ""), []).append(alias["AliasName"])
    for page in aws.pages("ListKeys"):
        for item in page["Keys"]:
            aliases = tuple(sorted(names.get(item["KeyId"], [])))
            if aws.wants(item["KeyArn"]) and not any(alias.startswith("alias/aws/") for alias in aliases):
                yield _key(aws, item, aliases)


def _key(aws: Reader, item: Answer, aliases: tuple[str, ...]) -> Later[Key]:
    id = item["KeyId"]
    particulars = aws.later("kms:DescribeKey", lambda: _particulars(aws.call("DescribeKey", KeyId=id)))
    rotates = aws.ask("GetKeyRotationStatus", _rotates, absent=_CANNOT_ROTATE, KeyId=id)
    policy = aws.ask("GetKeyPolicy", lambda answer: document(answer["Policy"]), KeyId=id, PolicyName="default")
    grants = aws.later("kms:ListGrants", lambda: tuple(_grants(aws.call("ListGrants", KeyId=id))))
    return lambda: Key(
        id=item["KeyArn"],
        account=aws.account,
        region=aws.region,
        name=aliases[0].removeprefix("alias/") if aliases else id,
        source="kms:ListKeys",
        aliases=aliases,
        particulars=particulars(),
        rotates=rotates(),
        policy=policy(),
        grants=grants(),
    )


def _particulars(answer: Answer) -> KeyParticulars:
    said = answer["KeyMetadata"]
    return KeyParticulars(
        by_customer=said["KeyManager"] == "CUSTOMER",
        state=said["KeyState"],
        spec=said.get("KeySpec") or said["CustomerMasterKeySpec"],
        usage=said.get("KeyUsage", ""),
        origin=said["Origin"],
        replica=said.get("MultiRegionConfiguration", {}).get("MultiRegionKeyType") == "REPLICA",
        created=iso(said["CreationDate"]),
        deleted_at=iso_or_none(said.get("DeletionDate")),
    )


def _grants(answer: Answer) -> Iterator[KeyGrant]:
    for item in answer["Grants"]:
        yield KeyGrant(
            id=item["GrantId"],
            grantee=item["GranteePrincipal"],
            operations=tuple(sorted(item["Operations"])),
            only_if=bool(item.get("Constraints")),
        )


def _rotates(answer: Answer) -> bool:
    return bool(answer["KeyRotationEnabled"])


ALL = (keys,)
