"""What goes wrong between Orlop and AWS ends in a clear error or in "not assessed", and everything else is still there.

Each fault is made by the proxy in front of the emulator, at one call; the account beside it is whole.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from orlop import rules
from orlop.collect.aws import kms, s3, security_group, sqs
from orlop.collect.aws.account import identify, read
from orlop.collect.aws.calls import CallFailed, Live
from orlop.collect.progress import Silent
from orlop.errors import CannotReach, NoAccess
from orlop.estate import wire
from orlop.estate.aws.kms import Key
from orlop.estate.aws.s3 import Bucket
from orlop.estate.aws.security_group import SecurityGroup
from orlop.estate.aws.sqs import Queue
from orlop.estate.estate import EVERYWHERE, Estate
from orlop.estate.fact import Cause, NotKnown
from orlop.rules.engine import ask
from orlop.rules.rule import Unknown
from tests.servers.emulator import REGION, Emulator
from tests.servers.proxy import BROKEN, DENIED, EXPIRED, THROTTLED, WRONG_KEY, Altered, BreaksOff, Hangs, Proxy, Refused
from tests.servers.proxy import proxy as proxy_to

COLLECTORS = (*s3.ALL, *security_group.ALL, *sqs.ALL, *kms.ALL)
FAR = "eu-central-1"
HOSTILE = """<script>alert("x")</script>'=HYPERLINK("//x")&amp;${jndi:ldap://x}%s{0}"""


@dataclass(frozen=True, slots=True)
class Account:
    """An emulated account behind the proxy."""

    emulator: Emulator
    faults: Proxy

    def live(self, *, timeout: float = 20.0, attempts: int = 2) -> Live:
        return Live(self.emulator.session(), endpoint=self.faults.url, timeout=timeout, attempts=attempts)

    def inspect(self, *regions: str, timeout: float = 20.0, attempts: int = 2) -> Estate:
        with self.live(timeout=timeout, attempts=attempts) as calls:
            account = identify(calls, regions=regions or (REGION,))
            return Estate(*read(account, calls, COLLECTORS, Silent()), taken_at="2026-12-01T00:00:00Z")


@pytest.fixture
def account(aws: Emulator) -> Iterator[Account]:
    place = {"LocationConstraint": REGION}
    for name in ("claims", "letters"):
        aws.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place)
        policy = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{name}/*"}
        aws.client("s3").put_bucket_policy(Bucket=name, Policy=json.dumps({"Statement": [policy]}))
    for region in (REGION, FAR):
        aws.client("sqs", region).create_queue(QueueName="inbox")
    aws.client("kms").create_key(Description="Claims")
    aws.client("ec2").describe_security_groups()  # the emulator takes seconds to wake up: let nothing time out for it
    with proxy_to(aws.url) as faults:
        yield Account(aws, faults)


def causes(estate: Estate) -> set[Cause]:
    """Why listings were not read to their end."""
    return {listing.unread.cause for listing in estate.listings if listing.unread}


def everything_else_is_there(estate: Estate) -> None:
    """Buckets, queues and groups were read, and every question was answered in one of the three ways."""
    assert {bucket.name for bucket in estate.each(Bucket)} == {"claims", "letters"}
    assert [queue.name for queue in estate.each(Queue)] == ["inbox"]
    assert list(estate.each(SecurityGroup))
    assert not [j for j in ask(rules.ALL, estate) if isinstance(j.verdict, Unknown) and j.verdict.crashed]


def test_a_whole_account_is_read_without_gaps(account: Account) -> None:
    estate = account.inspect()
    assert causes(estate) == set()
    everything_else_is_there(estate)


@pytest.mark.parametrize("refused", [WRONG_KEY, EXPIRED, DENIED], ids=["wrong", "expired", "denied"])
def test_credentials_that_open_nothing_are_a_clear_error(account: Account, refused: Refused) -> None:
    account.faults.let("sts:GetCallerIdentity", refused)
    with pytest.raises(NoAccess, match="Sign in again"):
        account.inspect()


def test_an_endpoint_that_is_not_there_is_a_clear_error(account: Account) -> None:
    nowhere = "http://127.0.0.1:9"
    with (
        Live(account.emulator.session(), endpoint=nowhere, attempts=1) as calls,
        pytest.raises(CannotReach, match="AWS_ENDPOINT_URL"),
    ):
        identify(calls, regions=(REGION,))


def test_an_endpoint_that_hangs_at_once_is_a_clear_error(account: Account) -> None:
    account.faults.let("*", Hangs())
    with pytest.raises(CannotReach, match="no answer in time"):
        account.inspect(timeout=0.2, attempts=1)


def test_credentials_that_expire_on_the_way_leave_every_question_open(account: Account) -> None:
    account.faults.let("[!s]*", EXPIRED)
    account.faults.let("s[!t]*", EXPIRED)
    estate = account.inspect()
    assert causes(estate) == {Cause.DENIED}
    verdicts = [judgement.verdict for judgement in ask(rules.ALL, estate)]
    assert verdicts
    assert all(isinstance(verdict, Unknown) for verdict in verdicts)
    assert any("expired" in verdict.because for verdict in verdicts)


def test_a_region_that_is_not_enabled_is_told_apart(account: Account) -> None:
    account.faults.let("*", WRONG_KEY, region=FAR)
    estate = account.inspect(REGION, FAR)
    assert {listing.region for listing in estate.listings if listing.unread} == {FAR}
    assert causes(estate) == {Cause.UNSUPPORTED}
    everything_else_is_there(estate)
    assert [queue.name for queue in estate.within(Queue, account.emulator.account, REGION)] == ["inbox"]
    with pytest.raises(NotKnown):
        estate.within(Queue, account.emulator.account, EVERYWHERE)


def test_a_throttled_call_is_tried_again(account: Account) -> None:
    account.faults.let("kms:ListKeys", THROTTLED, times=1)
    estate = account.inspect(attempts=3)
    assert account.faults.calls["kms:ListKeys"] == 2
    assert causes(estate) == set()
    assert len(list(estate.each(Key))) == 1


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        pytest.param(DENIED, Cause.DENIED, id="denied"),
        pytest.param(THROTTLED, Cause.THROTTLED, id="throttled without end"),
        pytest.param(BROKEN, Cause.FAILED, id="broken"),
        pytest.param(BreaksOff(), Cause.FAILED, id="breaks off half-way"),
        pytest.param(Hangs(), Cause.TIMED_OUT, id="hangs"),
        pytest.param(Altered(lambda body: body[: len(body) // 2]), Cause.FAILED, id="half an answer, said to be whole"),
        pytest.param(Altered(lambda _: b"<html>Please sign in to the hotel</html>"), Cause.FAILED, id="not AWS"),
        pytest.param(Altered(lambda _: b'{"Keys": [{}]}'), Cause.MALFORMED, id="another shape"),
    ],
)
def test_a_listing_that_fails_is_not_an_empty_one(
    account: Account, fault: Refused | Altered | BreaksOff | Hangs, cause: Cause
) -> None:
    account.faults.let("kms:ListKeys", fault)
    estate = account.inspect(timeout=2.0 if isinstance(fault, Hangs) else 20.0, attempts=1)
    everything_else_is_there(estate)
    [listing] = [listing for listing in estate.listings if listing.unread]
    assert (listing.kind, listing.unread and listing.unread.cause) == (Key.KIND, cause)
    assert [j for j in ask(rules.ALL, estate) if j.subject is listing and isinstance(j.verdict, Unknown)]
    with pytest.raises(NotKnown):
        estate.within(Key, account.emulator.account, REGION)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        pytest.param(DENIED, Cause.DENIED, id="denied"),
        pytest.param(THROTTLED, Cause.THROTTLED, id="throttled without end"),
        pytest.param(BROKEN, Cause.FAILED, id="broken"),
        pytest.param(BreaksOff(), Cause.FAILED, id="breaks off half-way"),
        pytest.param(Hangs(), Cause.TIMED_OUT, id="hangs"),
        pytest.param(Altered(lambda _: b'{"Statement": [{"Effect"'), Cause.MALFORMED, id="half a policy"),
        pytest.param(Altered(lambda _: b'{"Statement": 7}'), Cause.MALFORMED, id="a policy that says nothing"),
        pytest.param(Altered(lambda _: b"[]"), Cause.MALFORMED, id="not a policy"),
        pytest.param(Refused({"": ("NoSuchBucket", 404)}), Cause.GONE, id="gone meanwhile"),
    ],
)
def test_a_fact_that_fails_is_unread_and_the_resource_stays(
    account: Account, fault: Refused | Altered | BreaksOff | Hangs, cause: Cause
) -> None:
    account.faults.let("s3:GetBucketPolicy", fault)
    estate = account.inspect(timeout=2.0 if isinstance(fault, Hangs) else 20.0, attempts=1)
    everything_else_is_there(estate)
    assert causes(estate) == set()
    for bucket in estate.each(Bucket):
        assert bucket.policy.unread
        assert bucket.policy.unread.cause is cause
        assert bucket.versioning.unread is None


def test_a_bucket_deleted_between_two_calls_takes_nothing_with_it(account: Account) -> None:
    def deleting(body: bytes) -> bytes:
        account.emulator.client("s3").delete_bucket_policy(Bucket="letters")
        account.emulator.client("s3").delete_bucket(Bucket="letters")
        return body

    account.faults.let("s3:ListBuckets", Altered(deleting), times=1)
    estate = account.inspect()
    whole, gone = sorted(estate.each(Bucket), key=lambda bucket: bucket.name)
    assert whole.policy.unread is None
    assert gone.policy.unread
    assert gone.policy.unread.cause is Cause.GONE
    everything_else_is_there(estate)


def test_the_second_page_that_fails_makes_the_listing_unread(account: Account) -> None:
    for number in range(3):
        account.emulator.client("kms").create_key(Description=f"Key {number}")
    account.faults.let("kms:ListKeys", Altered(_one_page_of_many), times=1)
    account.faults.let("kms:ListKeys", DENIED)
    estate = account.inspect()
    assert len(list(estate.each(Key))) == 4, "what was read is kept"
    with pytest.raises(NotKnown, match="denied"):
        estate.within(Key, account.emulator.account, REGION)


def _one_page_of_many(body: bytes) -> bytes:
    return json.dumps({**json.loads(body), "Truncated": True, "NextMarker": "next"}).encode()


def test_names_with_hostile_text_are_only_data(account: Account) -> None:
    ec2 = account.emulator.client("ec2")
    group = ec2.create_security_group(GroupName=HOSTILE, Description=HOSTILE)["GroupId"]
    estate = account.inspect()
    [found] = [group_ for group_ in estate.each(SecurityGroup) if group in group_.id]
    assert found.name == HOSTILE
    assert wire.decode(found.KIND, wire.encode(found)) == found
    everything_else_is_there(estate)


@pytest.mark.parametrize("secret", ["AKIAIOSFODNN7EXAMPLE", "hunter2"])
def test_what_an_error_says_is_not_passed_on(account: Account, secret: str) -> None:
    leaking: Callable[[bytes], bytes] = lambda _: f'{{"__type": "X", "message": "{secret}"}}'.encode()  # noqa: E731
    account.faults.let("kms:ListKeys", Altered(leaking))
    with account.live() as calls:
        try:
            list(calls.pages("kms", REGION, "ListKeys", {}))
        except CallFailed as failure:
            assert secret not in str(failure)
