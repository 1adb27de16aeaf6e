"""Long answers, of which only a page is held at a time; the rest of the folder is tested against an emulator."""

import gzip
import json
from pathlib import Path

from orlop.collect.aws.recorded.folder import folders

ASKED = ("ec2:DescribeVpcs", "ec2:DescribeNetworkInterfaces", "elbv2:DescribeTargetHealth", "elbv2:DescribeListeners")


def test_a_long_answer_comes_in_pages_and_lies_where_its_things_lie(tmp_path: Path) -> None:
    items = [{"NetworkInterfaceId": f"eni-{n}", "AvailabilityZone": "eu-west-1a"} for n in range(2500)]
    said = {"NetworkInterfaces": items, "NextToken": "more"}
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(json.dumps([{"Vpcs": [{"VpcId": "vpc-1"}]}, said]).encode()))
    [folder] = folders(tmp_path, ASKED)
    assert folder.regions == ("eu-west-1",)
    found = list(folder.pages("ec2", "eu-west-1", "DescribeNetworkInterfaces", {}))
    assert [len(page["NetworkInterfaces"]) for page in found] == [1000, 1000, 500]
    assert [item for page in found for item in page["NetworkInterfaces"]] == items
    assert {page["NextToken"] for page in found} == {"more"}


def test_of_a_long_answer_about_many_things_one_gets_its_own(tmp_path: Path) -> None:
    items = [{"ListenerArn": f"l-{n}", "LoadBalancerArn": f"lb-{n % 700}", "Port": n} for n in range(2100)]
    (tmp_path / "listeners.json").write_text(json.dumps({"Listeners": items}))
    [folder] = folders(tmp_path, ASKED)
    found = folder.pages("elbv2", "us-east-1", "DescribeListeners", {"LoadBalancerArn": "lb-650"})
    assert [item["Port"] for page in found for item in page["Listeners"]] == [650, 1350, 2050]


def test_a_long_answer_that_orlop_wrote_is_told_by_what_was_asked(tmp_path: Path) -> None:
    call: dict[str, object] = {"service": "ec2", "operation": "DescribeVpcs", "region": "eu-west-1", "params": {}}
    items = [{"VpcId": f"vpc-{n}"} for n in range(150)]
    (tmp_path / "vpcs.json").write_text(json.dumps({"$call": call, "Vpcs": items}))
    [folder] = folders(tmp_path, ASKED)
    assert list(folder.pages("ec2", "eu-west-1", "DescribeVpcs", {})) == [{"Vpcs": items}]
