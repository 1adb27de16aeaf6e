import json
from datetime import UTC, datetime, timedelta

from orlop.estate.aws.iam import Inline, Role, User
from orlop.estate.change import change
from orlop.estate.estate import Estate
from orlop.reason.unused import smaller
from orlop.rules.aws import iam
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule
from tests.fixes.proof import prove_aws
from tests.servers.emulator import Emulator

IN_A_YEAR = (datetime.now(UTC) + timedelta(days=400)).isoformat()


def key(aws: Emulator) -> str:
    client = aws.client("iam")
    client.create_user(UserName="batch")
    return client.create_access_key(UserName="batch")["AccessKey"]["AccessKeyId"]


def test_access_key_old(aws: Emulator) -> None:
    prove_aws(aws, iam.access_key_old, key(aws), at=IN_A_YEAR)


def test_access_key_unused(aws: Emulator) -> None:
    prove_aws(aws, iam.access_key_unused, key(aws), at=IN_A_YEAR)


def test_password_rules_weak(aws: Emulator) -> None:
    aws.client("iam").update_account_password_policy(
        MinimumPasswordLength=8, RequireNumbers=True, MaxPasswordAge=60, HardExpiry=True
    )
    prove_aws(aws, iam.password_rules_weak, aws.account)


def test_password_rules_that_were_never_set(aws: Emulator) -> None:
    prove_aws(aws, iam.password_rules_weak, aws.account)


DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "sqs:SendMessage"], "Resource": "*"}],
    }
)
ONLY_SQS = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}})


def _without_queues(who: User | Role) -> Answer:
    left = [(each.name, smaller(each.document, frozenset({"sqs"}))) for each in who.inline.value]
    less = tuple(Inline(name, document) for name, document in left if document)
    return Pass("") if less == who.inline.value else Fail("", change(who, "inline", less))


@rule(asks="Does it use queues?", severity=Severity.LOW, controls=(), by_hand="-", breaks="-")
def role_uses_queues(role: Role, estate: Estate) -> Answer:
    """As `usage-permissions-unused` would have it: the emulator keeps no account of what was used."""
    return _without_queues(role)


@rule(asks="Does it use queues?", severity=Severity.LOW, controls=(), by_hand="-", breaks="-")
def user_uses_queues(user: User, estate: Estate) -> Answer:
    """As `usage-permissions-unused` would have it: the emulator keeps no account of what was used."""
    return _without_queues(user)


def test_permissions_unused(aws: Emulator) -> None:
    client = aws.client("iam")
    client.create_role(RoleName="batch", AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')
    client.put_role_policy(RoleName="batch", PolicyName="own", PolicyDocument=DOCUMENT)
    client.put_role_policy(RoleName="batch", PolicyName="queues", PolicyDocument=ONLY_SQS)
    prove_aws(aws, role_uses_queues, "batch")


def test_permissions_unused_of_a_user(aws: Emulator) -> None:
    client = aws.client("iam")
    client.create_user(UserName="batch")
    client.put_user_policy(UserName="batch", PolicyName="own", PolicyDocument=DOCUMENT)
    prove_aws(aws, user_uses_queues, "batch")
