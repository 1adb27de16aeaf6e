from typing import Any

from tests.answers import Answers, Said, seen
from tests.servers.emulator import Emulator

from orlop.collect.aws import transit
from orlop.collect.aws.account import identify, read
from orlop.collect.progress import Silent
from orlop.estate.aws.transit import TransitAttachment, TransitGateway


def attachment(id: str, kind: str, of: str, **more: Any) -> dict[str, Any]:
    item = {"TransitGatewayAttachmentId": id, "TransitGatewayId": "tgw-1", "ResourceType": kind, "ResourceId": of}
    return {**item, "State": "available", "TransitGatewayOwnerId": "111122223333", **more}


def listed(*items: dict[str, Any], **more: Said) -> tuple[TransitAttachment, ...]:
    answers = {"ec2:DescribeTransitGatewayAttachments": {"TransitGatewayAttachments": list(items)}, **more}
    return tuple(seen([transit.attachments], Answers(answers)).each(TransitAttachment))


def test_a_network_is_attached_in_subnets() -> None:
    networks = {"TransitGatewayVpcAttachments": [{"TransitGatewayAttachmentId": "a-1", "SubnetIds": ["s-2", "s-1"]}]}
    more: dict[str, Said] = {"ec2:DescribeTransitGatewayVpcAttachments": networks}
    [found] = listed(attachment("a-1", "vpc", "vpc-1"), **more)
    assert found.subnets.value == ("s-1", "s-2")
    assert (found.gateway, found.resource, found.gateway_owner, found.twin) == ("tgw-1", "vpc-1", "111122223333", "")


def test_the_ends_of_a_peering_may_have_names_of_their_own() -> None:
    pair = {"TransitGatewayAttachmentId": "a-1", "AccepterTransitGatewayAttachmentId": "a-2"}
    more: dict[str, Said] = {
        "ec2:DescribeTransitGatewayPeeringAttachments": {"TransitGatewayPeeringAttachments": [pair]}
    }
    one, other, third = listed(*(attachment(id, "peering", "tgw-2") for id in ("a-1", "a-2", "a-3")), **more)
    assert (one.twin, other.twin, third.twin) == ("a-2", "a-1", "")


def test_peerings_whose_names_were_refused_are_listed_still() -> None:
    [found] = listed(attachment("a-1", "peering", "tgw-2"))
    assert (found.type, found.twin) == ("peering", "")


def test_on_the_emulator(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    gateways = [ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"] for _ in range(2)]
    ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=gateways[0], VpcId=vpc, SubnetIds=[subnet])
    ec2.create_transit_gateway_peering_attachment(
        TransitGatewayId=gateways[0],
        PeerTransitGatewayId=gateways[1],
        PeerAccountId=aws.account,
        PeerRegion="eu-west-1",
    )
    account = identify(aws.live(), regions=("eu-west-1",))
    resources, listings = read(account, aws.live(), [transit.gateways, transit.attachments], Silent())
    assert {each.gateway_id for each in resources if isinstance(each, TransitGateway)} == set(gateways)
    kinds = {each.type: each for each in resources if isinstance(each, TransitAttachment)}
    assert kinds["vpc"].subnets.value == (subnet,)
    assert kinds["peering"].gateway in gateways
    assert all(listing.unread is None for listing in listings)
