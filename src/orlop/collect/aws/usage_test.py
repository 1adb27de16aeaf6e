import json
from pathlib import Path
from typing import Any

from tests.answers import Answers, seen
from tests.cases import ACCOUNT

from orlop.collect.aws import usage
from orlop.collect.aws.account import identify, read
from orlop.collect.aws.recorded.folder import folders
from orlop.collect.progress import Silent
from orlop.estate.aws.iam import LastAccessed, Use

APP, SERVICES_OWN = f"arn:aws:iam::{ACCOUNT}:role/app", f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x/y"
PEOPLE = {
    "RoleDetailList": [
        {"RoleName": "app", "Arn": APP, "Path": "/"},
        {"RoleName": "y", "Arn": SERVICES_OWN, "Path": "/aws-service-role/x/"},
    ]
}
REPORT: dict[str, Any] = {
    "JobStatus": "COMPLETED",
    "ServicesLastAccessed": [
        {
            "ServiceName": "Amazon S3",
            "ServiceNamespace": "s3",
            "LastAuthenticated": "2026-05-01T00:00:00Z",
            "LastAuthenticatedEntity": APP,
            "TrackedActionsLastAccessed": [{"ActionName": "PutObject"}],
        },
        {"ServiceName": "Amazon SQS", "ServiceNamespace": "sqs", "TotalAuthenticatedEntities": 0},
    ],
}
USED = (Use("s3", "2026-05-01T00:00:00+00:00"), Use("s3:PutObject", None), Use("sqs", None))


def test_a_recorded_report_tells_by_its_text_whom_it_is_about(tmp_path: Path) -> None:
    (tmp_path / "people.json").write_text(json.dumps(PEOPLE))
    (tmp_path / "report.json").write_text(json.dumps(REPORT))
    [folder] = folders(tmp_path, usage.last_accessed.sources)
    resources, _ = read(identify(folder, regions=folder.regions), folder, usage.ALL, Silent())
    [found] = resources
    assert isinstance(found, LastAccessed)
    assert (found.entity, found.uses.value) == (APP, USED)


def test_a_job_that_is_refused_leaves_it_unread() -> None:
    said: dict[str, Any] = {"iam:GetAccountAuthorizationDetails": PEOPLE}
    [found] = seen(usage.ALL, Answers(said)).each(LastAccessed)
    assert found.uses.unread
    assert found.uses.unread.permission == "iam:GenerateServiceLastAccessedDetails"


def test_a_job_that_failed_leaves_it_unread() -> None:
    said: dict[str, Any] = {
        "iam:GetAccountAuthorizationDetails": PEOPLE,
        "iam:GenerateServiceLastAccessedDetails": {"JobId": "1"},
        "iam:GetServiceLastAccessedDetails": {"JobStatus": "FAILED"},
    }
    [found] = seen(usage.ALL, Answers(said)).each(LastAccessed)
    assert found.uses.unread
