"""Writes settings of instances."""

from orlop.estate.aws.ec2 import Instance, MetadataOptions
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes


@writes(Instance, "metadata", "ec2:ModifyInstanceMetadataOptions")
def metadata(aws: Aws, change: Change) -> None:
    """Set how the address inside an instance that hands out its role's keys answers."""
    becomes: MetadataOptions = change.becomes
    aws.call(
        "ec2",
        "ModifyInstanceMetadataOptions",
        InstanceId=change.target.rpartition("/")[2],
        HttpTokens=becomes.tokens,
        HttpEndpoint=_switch(becomes.enabled),
        HttpPutResponseHopLimit=becomes.hops,
        HttpProtocolIpv6=_switch(becomes.ipv6),
        InstanceMetadataTags=_switch(becomes.tags),
    )


def _switch(on: bool) -> str:
    return "enabled" if on else "disabled"


ALL = (metadata,)
