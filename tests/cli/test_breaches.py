"""Set-ups of our own making that follow published breaches, asked about as an auditor would; and that they are gone
once mended."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.script import ORLOP
from tests.clouds import ANYWHERE, ME, Cloud, allow, permit

EC2 = {"Service": "ec2.amazonaws.com"}
ANN = f"arn:aws:iam::{ME}:user/ann"
YES, NO = 1, 0


def office() -> Cloud:
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16")
    cloud.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    cloud.table("rtb-1", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-1"])
    cloud.group("sg-1", "vpc-1", permit(ANYWHERE, 80))
    return cloud


def forged_request() -> Cloud:
    """A web server that fetches what it is told to, metadata of version 1, a role that reads the claims."""
    cloud = office()
    cloud.bucket("claims", {"Principal": {"AWS": ANN}, **allow("s3:GetObject", "arn:aws:s3:::claims/*")})
    cloud.instance("i-1", "subnet-1", "10.0.1.5", "sg-1", public="52.1.2.3", name="web")
    cloud.answers["Reservations"][-1]["Instances"][0]["MetadataOptions"]["HttpTokens"] = "optional"
    cloud.profile("i-1", cloud.role("waf", allow("s3:*"), trusts=EC2))
    return cloud


def close_the_port(cloud: Cloud) -> None:
    cloud.answers["SecurityGroups"][0]["IpPermissions"] = [permit("10.0.0.0/16", 80)]


def wide_peering() -> Cloud:
    """A partner's network is let in to the claims database by a rule for all of 10.0.0.0/8."""
    cloud = office()
    cloud.vpc("vpc-2", "10.1.0.0/16", gateway=False)
    cloud.subnet("subnet-9", "vpc-2", "10.1.1.0/24")
    cloud.peering("pcx-1", "vpc-1", "vpc-2")
    cloud.table("rtb-9", "vpc-2", ("10.0.0.0/16", "pcx-1"), subnets=["subnet-9"])
    cloud.subnet("subnet-2", "vpc-1", "10.0.2.0/24")
    cloud.table("rtb-2", "vpc-1", ("10.1.0.0/16", "pcx-1"), subnets=["subnet-2"])
    cloud.group("sg-db", "vpc-1", permit("10.0.0.0/8", 5432))
    cloud.group("sg-9", "vpc-2")
    cloud.instance("i-db", "subnet-2", "10.0.2.5", "sg-db", name="claims-db")
    cloud.instance("i-9", "subnet-9", "10.1.1.9", "sg-9", name="partner")
    return cloud


def let_in_the_office_only(cloud: Cloud) -> None:
    next(g for g in cloud.answers["SecurityGroups"] if g["GroupId"] == "sg-db")["IpPermissions"] = [
        permit("10.0.1.0/24", 5432)
    ]


def passed_role() -> Cloud:
    """Who may hand an administrator's role to a function of his own is an administrator."""
    cloud = Cloud()
    cloud.role("boss", allow("*"), trusts={"Service": "lambda.amazonaws.com"})
    cloud.user("ann", allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]))
    return cloud


def pass_to_ec2_only(cloud: Cloud) -> None:
    own = cloud.people["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"]["Statement"]
    own.append(
        {
            "Effect": "Deny",
            "Action": "iam:PassRole",
            "Resource": "*",
            "Condition": {"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
        }
    )


def open_trust() -> Cloud:
    """A role that any account may take on."""
    cloud = Cloud()
    cloud.role("partner", allow("*"), trusts={"AWS": "*"})
    return cloud


def name_the_partner(cloud: Cloud) -> None:
    trust: dict[str, Any] = cloud.people["RoleDetailList"][0]["AssumeRolePolicyDocument"]["Statement"][0]
    trust["Principal"] = {"AWS": f"arn:aws:iam::{ME}:root"}


def supplier() -> Cloud:
    """A supplier's account may take on a role with every right."""
    cloud = Cloud()
    cloud.role("supplier", allow("*"), trusts={"AWS": "arn:aws:iam::444455556666:root"})
    cloud.role("meter", allow("s3:ListAllMyBuckets"), trusts={"AWS": "arn:aws:iam::444455556666:root"})
    return cloud


def open_bucket() -> Cloud:
    """A bucket whose policy lets in everyone."""
    cloud = Cloud()
    cloud.user("ann")
    cloud.bucket("claims", {"Principal": "*", **allow("s3:GetObject", "arn:aws:s3:::claims/*")})
    return cloud


def public_snapshot() -> Cloud:
    """A snapshot of the claims disk that everyone may copy, and one that nobody may."""
    cloud = Cloud()
    for number, said in ((1, [{"Group": "all"}]), (2, [])):
        id = f"snap-{number}"
        cloud.more.append(
            {
                "Snapshots": [
                    {
                        "SnapshotId": id,
                        "VolumeId": f"vol-{number}",
                        "OwnerId": ME,
                        "Encrypted": False,
                        "VolumeSize": 200,
                        "StartTime": "2026-01-01T00:00:00+00:00",
                        "State": "completed",
                    }
                ]
            }
        )
        cloud.more.append({"SnapshotId": id, "CreateVolumePermissions": said})
    return cloud


def keep_the_snapshot(cloud: Cloud) -> None:
    next(body for body in cloud.more if body.get("SnapshotId") == "snap-1")["CreateVolumePermissions"] = []


def for_ann_only(cloud: Cloud) -> None:
    cloud.more = [body for body in cloud.more if "Policy" not in body]
    cloud.buckets.clear()
    cloud.bucket("claims", {"Principal": {"AWS": ANN}, **allow("s3:GetObject", "arn:aws:s3:::claims/letters/*")})


Case = tuple[Callable[[], Cloud], Callable[[Cloud], None], list[str], str, int]
CASES: dict[str, Case] = {
    "server fetches its own keys: paths": (
        forged_request,
        close_the_port,
        ["paths", "--to", "claims"],
        "waf can read the files in claims",
        YES,
    ),
    "server fetches its own keys: exposure": (forged_request, close_the_port, ["exposure"], "eni-1 (web)", YES),
    "wide peering": (
        wide_peering,
        let_in_the_office_only,
        ["reach", "partner", "claims-db:5432"],
        "sg-db allows tcp 5432 from 10.0.0.0/8",
        YES,
    ),
    "a role passed to a function": (
        passed_role,
        pass_to_ec2_only,
        ["paths", "--from", ANN, "--to", "admin"],
        "boss",
        YES,
    ),
    "a public snapshot": (public_snapshot, keep_the_snapshot, ["paths"], "snap-1", YES),
    "a role for any account": (open_trust, name_the_partner, ["paths", "--to", "admin"], "partner", YES),
    "a supplier with every right": (
        supplier,
        name_the_partner,
        ["paths", "--from", "account 444455556666", "--to", "admin"],
        "supplier",
        YES,
    ),
}


def asked(folder: Path, cloud: Cloud, words: list[str]) -> tuple[str, int]:
    cloud.write(folder)
    done = subprocess.run([ORLOP, *words, "--target", f"recorded://{folder}"], capture_output=True, text=True)
    return (done.stdout + done.stderr).partition("As seen")[0], done.returncode


@pytest.mark.parametrize(("made", "mend", "words", "says", "code"), CASES.values(), ids=CASES)
def test_it_is_seen_and_once_mended_it_is_gone(
    tmp_path: Path, made: Callable[[], Cloud], mend: Callable[[Cloud], None], words: list[str], says: str, code: int
) -> None:
    cloud = made()
    output, exit_code = asked(tmp_path / "before", cloud, words)
    assert (says in output, exit_code) == (True, code), output
    mend(cloud)
    output, exit_code = asked(tmp_path / "after", cloud, words)
    assert (says in output and "stop" not in output, exit_code) == (False, NO), output


def test_a_bucket_for_everyone_and_then_for_one(tmp_path: Path) -> None:
    cloud = open_bucket()
    output, exit_code = asked(tmp_path / "before", cloud, ["who-can", "s3:GetObject", "arn:aws:s3:::claims/*"])
    assert exit_code == YES
    assert "everyone" in output.lower() or "anyone" in output.lower(), output
    for_ann_only(cloud)
    output, _ = asked(tmp_path / "after", cloud, ["who-can", "s3:GetObject", "arn:aws:s3:::claims/*"])
    assert ANN in output
    assert "anyone" not in output.lower()
    assert "everyone" not in output.lower()


def test_a_service_that_acts_for_anyone_and_then_for_one_account(tmp_path: Path) -> None:
    """The confused deputy: whoever uses the same service gets it to use this role, unless it says for whom."""
    cloud = Cloud()
    cloud.role("recorder", allow("s3:PutObject"), trusts={"Service": "codebuild.amazonaws.com"})
    rule = "iam-role-trusts-service-for-anyone"
    assert inspected(tmp_path / "before", cloud, rule) == YES
    trust: dict[str, Any] = cloud.people["RoleDetailList"][0]["AssumeRolePolicyDocument"]["Statement"][0]
    trust["Condition"] = {"StringEquals": {"aws:SourceAccount": ME}}
    assert inspected(tmp_path / "after", cloud, rule) == NO


def inspected(folder: Path, cloud: Cloud, rule: str) -> int:
    cloud.write(folder)
    words = ["--store", str(folder / "store"), "inspect", f"recorded://{folder}", "--only", rule, "--no-store"]
    return subprocess.run([ORLOP, *words], capture_output=True).returncode
