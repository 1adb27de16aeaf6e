"""Reads what users and roles did with their rights: AWS's "last accessed" data.

AWS makes a report for each user and role when asked, so this takes a job each and is read only where it is asked for
(`aws://PROFILE?usage=yes`), or where a recording holds it. To ask for the job changes nothing in the account; AWS
counts it as reading (access level "Read"), and so does Orlop. Where it is refused, the data are unread.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
"""

import time
from collections.abc import Callable, Iterator

from orlop.collect.aws.calls import Answer, CallFailed
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.collect.aws.times import iso_or_none
from orlop.estate.aws.iam import LastAccessed, Use
from orlop.estate.fact import Cause, Unread

_GET = "iam:GetServiceLastAccessedDetails"
_PAUSES = (0.5, 1, 1, 2, 3, 5, 8)
"""Seconds between two looks at a report that is being made."""


@collector(
    LastAccessed,
    service="iam",
    calls=("GetAccountAuthorizationDetails", "GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails"),
    scope="",
)
def last_accessed(aws: Reader) -> Iterator[Later[LastAccessed]]:
    """Ask of each user and role what it used, but for the roles that AWS itself keeps."""
    whole = aws.call("GetAccountAuthorizationDetails", MaxItems=1000)
    for item in (*whole.get("UserDetailList", []), *whole.get("RoleDetailList", [])):
        if not item.get("Path", "/").startswith(("/aws-service-role/", "/aws-reserved/")):
            yield _of(aws, item["Arn"])


def _of(aws: Reader, entity: str) -> Later[LastAccessed]:
    uses = aws.later(_GET, lambda: tuple(_uses(details(aws, entity))))
    return lambda: LastAccessed(
        id=f"{entity}/last-accessed",
        account=aws.account,
        region="",
        name=entity.rpartition("/")[2],
        source="iam:GetAccountAuthorizationDetails",
        entity=entity,
        uses=uses(),
    )


def details(aws: Reader, entity: str, *, wait: Callable[[float], None] = time.sleep) -> Answer:
    """Return the report on a user or role. Raises: CallFailed, also where it is not ready within 20 seconds."""
    job = aws.call("GenerateServiceLastAccessedDetails", Arn=entity, Granularity="ACTION_LEVEL")["JobId"]
    for pause in _PAUSES:
        answer = aws.call("GetServiceLastAccessedDetails", JobId=job)
        if answer.get("JobStatus", "COMPLETED") == "COMPLETED":
            return answer
        if answer["JobStatus"] == "FAILED":
            raise CallFailed(_GET, "", Unread(Cause.FAILED, "AWS could not make the report"))
        wait(pause)
    raise CallFailed(_GET, "", Unread(Cause.TIMED_OUT, "AWS had not finished the report in time"))


def _uses(answer: Answer) -> Iterator[Use]:
    for service in answer["ServicesLastAccessed"]:
        prefix = service["ServiceNamespace"]
        yield Use(prefix, iso_or_none(service.get("LastAuthenticated")))
        for action in service.get("TrackedActionsLastAccessed", []):
            yield Use(f"{prefix}:{action['ActionName']}", iso_or_none(action.get("LastAccessedTime")))


ALL = (last_accessed,)
