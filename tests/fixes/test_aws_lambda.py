import io
import json
import zipfile

from orlop.collect.aws.calls import Answer
from orlop.rules.aws import lambda_
from tests.fixes.proof import prove_aws
from tests.servers.emulator import Emulator
from tests.servers.taught import Taught


def code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("intake.py", "def handle(event, context): return 'ok'")
    return packed.getvalue()


def test_function_url_without_sign_in(aws: Emulator) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = aws.client("iam").create_role(RoleName="intake", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    client = aws.client("lambda")
    client.create_function(
        FunctionName="intake", Runtime="python3.13", Role=role, Handler="intake.handle", Code={"ZipFile": code()}
    )
    client.create_function_url_config(FunctionName="intake", AuthType="NONE")
    client.add_permission(
        FunctionName="intake",
        StatementId="FunctionURLAllowPublicAccess",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )

    def listed(_: Answer) -> Answer:
        """The emulator tells of a function's one address, but has no list of them."""
        return {"FunctionUrlConfigs": [client.get_function_url_config(FunctionName="intake")]}

    taught = Taught(aws.demo, {"lambda:ListFunctionUrlConfigs": listed})
    prove_aws(taught, lambda_.function_url_without_sign_in, "intake")
