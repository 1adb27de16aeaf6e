"""Interfaces that AWS runs for a load balancer or a database are judged as that service, once."""

from typing import Any

from tests.clouds import ANYWHERE, ME, REGION, Cloud, permit

from orlop.estate.aws.security_group import SecurityGroup
from orlop.reason.network.admission import Admissions, of_the_world
from orlop.reason.network.flows import senders
from orlop.reason.services import DATA, LOGIN

DATABASE: dict[str, Any] = {
    "DBInstanceIdentifier": "claims",
    "DBInstanceArn": f"arn:aws:rds:{REGION}:{ME}:db:claims",
    "Engine": "postgres",
    "DBInstanceStatus": "available",
    "Endpoint": {"Address": "claims.example.rds.amazonaws.com", "Port": 5432},
    "PubliclyAccessible": True,
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-db", "Status": "active"}],
    "DBSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
}


def cloud(*ingress: dict[str, Any]) -> Cloud:
    """A database and a load balancer, both with the group `sg-db` and interfaces that AWS runs."""
    found = Cloud()
    found.vpc("vpc-1", "10.0.0.0/16")
    found.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    found.table("rtb-1", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-1"])
    found.group("sg-db", "vpc-1", *ingress)
    found.add("DBInstances", **DATABASE)
    found.interface("eni-db", "subnet-1", "10.0.1.9", "sg-db", public="52.1.2.9", Description="RDSNetworkInterface")
    arn = found.balancer("front", "application", "subnet-1", groups=["sg-db"])
    found.listener(arn, "HTTPS", 443)
    said = "ELB app/front/50dc6c495c0c9188"
    found.interface("eni-lb", "subnet-1", "10.0.1.8", "sg-db", public="52.1.2.8", Description=said)
    return found


def test_a_service_answers_on_its_own_ports_only() -> None:
    found = cloud(permit(ANYWHERE, 0, 65535)).estate().once(Admissions).exposed
    reached = {each.place.of.name: each for each in found}
    assert set(reached) == {"claims", "front"}
    assert [run[:2] for run in reached["claims"].flows["tcp"]] == [(5432, 5432)]
    assert [run[:2] for run in reached["front"].flows["tcp"]] == [(443, 443)]


def test_an_interface_whose_service_was_not_read_is_judged_by_itself() -> None:
    found = cloud(permit(ANYWHERE, 0, 65535)).estate(without=("DBInstances", "LoadBalancers")).once(Admissions).exposed
    assert {id for each in found for id in each.ids} == {"eni-db", "eni-lb"}
    assert all(senders(each.flows, "tcp", 22, 22) for each in found)


def test_a_group_lets_nobody_in_where_nothing_answers() -> None:
    for port, services in ((22, LOGIN), (5432, DATA)):
        estate = cloud(permit(ANYWHERE, port)).estate()
        [group] = estate.each(SecurityGroup)
        found = estate.once(Admissions).by(group, group.ingress)
        assert {each.place.of.name for each in found if of_the_world(each.passes.least, services)} == (
            {"claims"} if services is DATA else set()
        )
