from orlop.rules.aws import ec2
from tests.fixes.proof import prove_aws
from tests.servers.emulator import Emulator


def test_metadata_without_token(aws: Emulator) -> None:
    started = aws.client("ec2").run_instances(
        ImageId="ami-12345678",
        MinCount=1,
        MaxCount=1,
        MetadataOptions={"HttpTokens": "optional", "HttpPutResponseHopLimit": 3, "InstanceMetadataTags": "enabled"},
    )["Instances"][0]["InstanceId"]
    prove_aws(aws, ec2.metadata_without_token, started)
