"""Plays every script of this folder, each in a store of its own, against an emulated account that is new."""

import json
from pathlib import Path

import pytest

from tests.cli.script import play
from tests.clouds import ANYWHERE, Cloud, allow, permit
from tests.servers.emulator import REGION, Emulator

SCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_script(script: Path, aws: Emulator, tmp_path: Path) -> None:
    environment = {
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "ORLOP_STORE": str(tmp_path / "store"),
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "DIR": str(tmp_path),
    }
    lay_out(tmp_path)
    play(script, environment)


def lay_out(folder: Path) -> None:
    """Lay out what scripts about files need: an auditor's folder, the same a while later, two policies, a request."""
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16")
    cloud.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    cloud.table("rtb-1", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-1"])
    cloud.group("sg-1", "vpc-1", permit(ANYWHERE, 22))
    cloud.instance("i-1", "subnet-1", "10.0.1.5", "sg-1", public="52.1.2.3", name="web")
    cloud.answers["Reservations"][0]["Instances"][0]["MetadataOptions"]["HttpTokens"] = "optional"
    trusts = {"Service": "ec2.amazonaws.com"}
    cloud.profile("i-1", cloud.role("waf", allow("s3:GetObject", "arn:aws:s3:::claims/*"), trusts=trusts))
    cloud.bucket("claims")
    cloud.role("boss", allow("*"), trusts={"AWS": "arn:aws:iam::111122223333:root"})
    cloud.user("ann", allow("sts:AssumeRole"), allow("s3:PutBucketPolicy"))
    cloud.write(folder / "audit")
    cloud.answers["SecurityGroups"][0]["IpPermissions"].append(permit(ANYWHERE, 5432))
    cloud.write(folder / "later")
    old = {"Version": "2012-10-17", "Statement": [allow("s3:GetObject", "arn:aws:s3:::claims/*")]}
    new = {"Version": "2012-10-17", "Statement": [allow("s3:*", "arn:aws:s3:::claims/*")]}
    (folder / "old.json").write_text(json.dumps(old, indent=2))
    (folder / "new.json").write_text(json.dumps(new, indent=2))
    ann = "arn:aws:iam::111122223333:user/ann"
    asked = {"action": "s3:GetObject", "principal": ann, "resource": "arn:aws:s3:::claims/1"}
    asked["resourceAccount"] = "111122223333"
    request = {"name": "a1", "request": asked, "identityPolicies": [old]}
    (folder / "request.json").write_text(json.dumps(request, indent=2))
