"""Ways from one's own rights to more, one row each: which actions on what, and whose rights or which data one has then.

A row holds for a goal if the caller may do all of its actions. `On` says on what:
- ITSELF (a user), ITSELF_AS_ROLE, OWN_POLICY, OWN_GROUP: the caller, a policy attached to him, a group he is in;
- GOAL, GOALS_POLICY, GOALS_FILES: what is won, a policy attached to it, the files in it;
- PASSED: the role that is handed to a service, which must trust that service; ANY: anything of that service.

Sources: https://pathfinding.cloud (65 paths, Apache-2.0), https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
"""

from dataclasses import dataclass
from enum import StrEnum


class On(StrEnum):
    """What an action of a method is done to."""

    ITSELF = "itself"
    ITSELF_AS_ROLE = "itself as role"
    OWN_POLICY = "own policy"
    OWN_GROUP = "own group"
    GOAL = "goal"
    GOALS_POLICY = "goal's policy"
    GOALS_FILES = "goal's files"
    PASSED = "passed"
    ANY = "any"


class Gains(StrEnum):
    """What one has in the end: every right in the account, another's rights, a hold on something that runs, or data."""

    EVERYTHING = "every right"
    EVERYTHING_BY_ROLE = "every right, by a role"
    EVERYTHING_BY_USER = "every right, by a user"
    USER = "user"
    ROLE = "role"
    PASSED = "a role that is handed over"
    HELD = "a role that something has already"
    SERVER = "server"
    FUNCTION = "function"
    BUCKET = "bucket"
    SECRET = "secret"  # noqa: S105 -- a word
    SNAPSHOT = "snapshot of a disk"
    DATABASE = "database"
    DATABASE_SNAPSHOT = "snapshot of a database"
    CLUSTER = "cluster"
    CLUSTER_SNAPSHOT = "snapshot of a cluster"
    SECRETS_OF_SERVER = "secrets in a start-up script"
    SECRETS_OF_FUNCTION = "secrets in a function's settings"


@dataclass(frozen=True, slots=True)
class Need:
    """One action, and what it must be allowed on."""

    action: str
    on: On


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One way. `says` is what one does, in words that follow "can" and precede the name of the goal.

    `service` is the one that a role must trust; `assumes` what must be so and is not read, `""` for nothing. It is
    taken as so where the goal's own role may do `settled_by`.
    """

    id: str
    gains: Gains
    needs: tuple[Need, ...]
    says: str
    service: str = ""
    assumes: str = ""
    settled_by: str = ""


def _row(id: str, gains: Gains, says: str, *needs: tuple[str, On], **more: str) -> Method:
    return Method(id=id, gains=gains, needs=tuple(Need(action, on) for action, on in needs), says=says, **more)


def _passing(id: str, service: str, says: str, *actions: str) -> Method:
    needs = (("iam:PassRole", On.PASSED), *((action, On.ANY) for action in actions))
    return _row(id, Gains.PASSED, says, *needs, service=f"{service}.amazonaws.com")


def _held(id: str, service: str, says: str, has: str, *actions: str) -> Method:
    """Return a row about a role that something may have which Orlop does not read."""
    needs = ((action, On.ANY) for action in actions)
    return _row(id, Gains.HELD, says, *needs, service=f"{service}.amazonaws.com", assumes=f"whether {has} has the role")


OWN = (
    _row(
        "iam-create-policy-version",
        Gains.EVERYTHING,
        "write a new version of a policy of its own",
        ("iam:CreatePolicyVersion", On.OWN_POLICY),
    ),
    _row("iam-put-user-policy", Gains.EVERYTHING, "give itself any policy", ("iam:PutUserPolicy", On.ITSELF)),
    _row("iam-put-role-policy", Gains.EVERYTHING, "give itself any policy", ("iam:PutRolePolicy", On.ITSELF_AS_ROLE)),
    _row(
        "iam-put-group-policy", Gains.EVERYTHING, "give its own group any policy", ("iam:PutGroupPolicy", On.OWN_GROUP)
    ),
    _row(
        "iam-attach-user-policy", Gains.EVERYTHING, "attach any policy to itself", ("iam:AttachUserPolicy", On.ITSELF)
    ),
    _row(
        "iam-attach-role-policy",
        Gains.EVERYTHING,
        "attach any policy to itself",
        ("iam:AttachRolePolicy", On.ITSELF_AS_ROLE),
    ),
    _row(
        "iam-attach-group-policy",
        Gains.EVERYTHING,
        "attach any policy to its own group",
        ("iam:AttachGroupPolicy", On.OWN_GROUP),
    ),
    _row(
        "iam-set-default-version",
        Gains.EVERYTHING,
        "bring back an older version of its policy",
        ("iam:SetDefaultPolicyVersion", On.OWN_POLICY),
        assumes="what the older versions of its policies allow",
    ),
    _row(
        "iam-add-user-to-group",
        Gains.EVERYTHING,
        "put itself into any group",
        ("iam:AddUserToGroup", On.ANY),
        assumes="whether it is a user, and whether a group has every right",
    ),
)
"""What gives oneself every right."""

BY_OTHERS = (
    *(
        _row(
            f"{change_id}+{use_id}",
            Gains.EVERYTHING_BY_ROLE,
            f"{change} and take on the role",
            (change_action, On.GOALS_POLICY if "Version" in change_action else On.GOAL),
            (use_action, On.GOAL),
        )
        for change_id, change_action, change in (
            ("iam-put-role-policy", "iam:PutRolePolicy", "give any policy to"),
            ("iam-attach-role-policy", "iam:AttachRolePolicy", "attach any policy to"),
            ("iam-create-policy-version", "iam:CreatePolicyVersion", "rewrite a policy of"),
        )
        for use_id, use_action in (
            ("sts-assume-role", "sts:AssumeRole"),
            ("iam-update-trust", "iam:UpdateAssumeRolePolicy"),
        )
    ),
    *(
        _row(
            f"{change_id}+iam-create-access-key",
            Gains.EVERYTHING_BY_USER,
            f"{change} and make a key for the user",
            (change_action, On.GOAL),
            ("iam:CreateAccessKey", On.GOAL),
        )
        for change_id, change_action, change in (
            ("iam-put-user-policy", "iam:PutUserPolicy", "give any policy to"),
            ("iam-attach-user-policy", "iam:AttachUserPolicy", "attach any policy to"),
        )
    ),
)
"""What gives another every right, and then has that one's rights."""

OTHERS = (
    _row("sts-assume-role", Gains.ROLE, "take on the role", ("sts:AssumeRole", On.GOAL)),
    _row("iam-create-access-key", Gains.USER, "make an access key for", ("iam:CreateAccessKey", On.GOAL)),
    _row("iam-create-login-profile", Gains.USER, "set a password for", ("iam:CreateLoginProfile", On.GOAL)),
    _row("iam-update-login-profile", Gains.USER, "change the password of", ("iam:UpdateLoginProfile", On.GOAL)),
    _row("iam-update-trust", Gains.ROLE, "rewrite who may take on", ("iam:UpdateAssumeRolePolicy", On.GOAL)),
)
"""What wins the rights of another user or role."""

PASSING = (
    _passing("ec2-run-instances", "ec2", "start a server with the role", "ec2:RunInstances"),
    _passing("ec2-spot", "ec2", "start a spot server with the role", "ec2:RequestSpotInstances"),
    _passing("ec2-associate-profile", "ec2", "give a server the role", "ec2:AssociateIamInstanceProfile"),
    _passing(
        "autoscaling-launch",
        "ec2",
        "have servers started with the role",
        "autoscaling:CreateLaunchConfiguration",
        "autoscaling:CreateAutoScalingGroup",
    ),
    _passing(
        "lambda-create",
        "lambda",
        "make and run a function with the role",
        "lambda:CreateFunction",
        "lambda:InvokeFunction",
    ),
    _passing(
        "lambda-create-trigger",
        "lambda",
        "make a function that runs by itself with the role",
        "lambda:CreateFunction",
        "lambda:CreateEventSourceMapping",
    ),
    _passing(
        "lambda-create-open",
        "lambda",
        "make a function that anyone may call with the role",
        "lambda:CreateFunction",
        "lambda:AddPermission",
    ),
    _passing(
        "cloudformation-create-stack", "cloudformation", "create a stack with the role", "cloudformation:CreateStack"
    ),
    _passing(
        "cloudformation-change-set",
        "cloudformation",
        "change a stack with the role",
        "cloudformation:CreateChangeSet",
        "cloudformation:ExecuteChangeSet",
    ),
    _passing(
        "cloudformation-stack-set",
        "cloudformation",
        "create a set of stacks with the role",
        "cloudformation:CreateStackSet",
        "cloudformation:CreateStackInstances",
    ),
    _passing(
        "cloudformation-update-stack-set",
        "cloudformation",
        "change a set of stacks with the role",
        "cloudformation:UpdateStackSet",
    ),
    _passing(
        "codebuild-create", "codebuild", "run a build with the role", "codebuild:CreateProject", "codebuild:StartBuild"
    ),
    _passing(
        "codebuild-create-batch",
        "codebuild",
        "run builds with the role",
        "codebuild:CreateProject",
        "codebuild:StartBuildBatch",
    ),
    _passing("ecs-run-task", "ecs-tasks", "run a container with the role", "ecs:RegisterTaskDefinition", "ecs:RunTask"),
    _passing(
        "ecs-start-task", "ecs-tasks", "start a container with the role", "ecs:RegisterTaskDefinition", "ecs:StartTask"
    ),
    _passing(
        "ecs-create-service",
        "ecs-tasks",
        "run a service with the role",
        "ecs:RegisterTaskDefinition",
        "ecs:CreateService",
    ),
    _passing("glue-dev-endpoint", "glue", "make a development endpoint with the role", "glue:CreateDevEndpoint"),
    _passing("glue-job", "glue", "run a job with the role", "glue:CreateJob", "glue:StartJobRun"),
    _passing("glue-job-trigger", "glue", "have a job run with the role", "glue:CreateJob", "glue:CreateTrigger"),
    _passing("glue-update-job", "glue", "change a job to run with the role", "glue:UpdateJob", "glue:StartJobRun"),
    _passing(
        "sagemaker-notebook",
        "sagemaker",
        "make a notebook with the role",
        "sagemaker:CreateNotebookInstance",
        "sagemaker:CreatePresignedNotebookInstanceUrl",
    ),
    _passing("sagemaker-training", "sagemaker", "train a model with the role", "sagemaker:CreateTrainingJob"),
    _passing("sagemaker-processing", "sagemaker", "process data with the role", "sagemaker:CreateProcessingJob"),
    _passing("apprunner-create", "tasks.apprunner", "run a web service with the role", "apprunner:CreateService"),
    _passing(
        "datapipeline",
        "datapipeline",
        "run a pipeline with the role",
        "datapipeline:CreatePipeline",
        "datapipeline:PutPipelineDefinition",
        "datapipeline:ActivatePipeline",
    ),
    _passing(
        "bedrock-code-interpreter",
        "bedrock-agentcore",
        "run code with the role",
        "bedrock-agentcore:CreateCodeInterpreter",
        "bedrock-agentcore:StartCodeInterpreterSession",
        "bedrock-agentcore:InvokeCodeInterpreter",
    ),
)
"""What hands a role to a service that runs what the caller wants."""

HELD = (
    _held(
        "cloudformation-update-stack",
        "cloudformation",
        "change a stack that has the role",
        "a stack",
        "cloudformation:UpdateStack",
    ),
    _held("codebuild-start", "codebuild", "run a build that has the role", "a build project", "codebuild:StartBuild"),
    _held(
        "codebuild-start-batch",
        "codebuild",
        "run builds that have the role",
        "a build project",
        "codebuild:StartBuildBatch",
    ),
    _held(
        "ecs-exec", "ecs-tasks", "open a shell in a container that has the role", "a container", "ecs:ExecuteCommand"
    ),
    _held(
        "glue-update-endpoint",
        "glue",
        "put its key on a development endpoint that has the role",
        "a development endpoint",
        "glue:UpdateDevEndpoint",
    ),
    _held(
        "sagemaker-presigned",
        "sagemaker",
        "open a notebook that has the role",
        "a notebook",
        "sagemaker:CreatePresignedNotebookInstanceUrl",
    ),
    _held(
        "sagemaker-lifecycle",
        "sagemaker",
        "have a notebook run its script that has the role",
        "a notebook",
        "sagemaker:CreateNotebookInstanceLifecycleConfig",
        "sagemaker:UpdateNotebookInstance",
    ),
    _held(
        "apprunner-update",
        "tasks.apprunner",
        "change a web service that has the role",
        "a web service",
        "apprunner:UpdateService",
    ),
    _held(
        "bedrock-session",
        "bedrock-agentcore",
        "run code where something has the role",
        "a code interpreter",
        "bedrock-agentcore:StartCodeInterpreterSession",
        "bedrock-agentcore:InvokeCodeInterpreter",
    ),
)
"""What uses a role that something has already which Orlop does not read."""

_AGENT = {"assumes": "whether Systems Manager runs on it", "settled_by": "ssm:UpdateInstanceInformation"}

RUNNING = (
    _row("ssm-session", Gains.SERVER, "open a shell on", ("ssm:StartSession", On.GOAL), **_AGENT),
    _row("ssm-command", Gains.SERVER, "run commands on", ("ssm:SendCommand", On.GOAL), **_AGENT),
    _row(
        "ec2-instance-connect",
        Gains.SERVER,
        "put its own key on",
        ("ec2-instance-connect:SendSSHPublicKey", On.GOAL),
        assumes="whether it reaches port 22 of it",
    ),
    _row(
        "ec2-user-data",
        Gains.SERVER,
        "rewrite the start-up script of",
        ("ec2:ModifyInstanceAttribute", On.GOAL),
        ("ec2:StopInstances", On.GOAL),
        ("ec2:StartInstances", On.GOAL),
    ),
    _row(
        "ec2-launch-template",
        Gains.SERVER,
        "rewrite the template of",
        ("ec2:CreateLaunchTemplateVersion", On.ANY),
        ("ec2:ModifyLaunchTemplate", On.ANY),
        assumes="whether it is started anew from a launch template",
    ),
    _row("lambda-update-code", Gains.FUNCTION, "replace the code of", ("lambda:UpdateFunctionCode", On.GOAL)),
    _row(
        "lambda-update-settings",
        Gains.FUNCTION,
        "have its own code loaded into",
        ("lambda:UpdateFunctionConfiguration", On.GOAL),
        assumes="whether it loads a layer before its own code",
    ),
)
"""What gets a hold on a server or a function."""

READING = (
    _row("s3-get-object", Gains.BUCKET, "read the files in", ("s3:GetObject", On.GOALS_FILES)),
    _row("secret-value", Gains.SECRET, "read the secret", ("secretsmanager:GetSecretValue", On.GOAL)),
    _row("snapshot-share", Gains.SNAPSHOT, "share with any account", ("ec2:ModifySnapshotAttribute", On.GOAL)),
    _row("snapshot-blocks", Gains.SNAPSHOT, "read the blocks of", ("ebs:GetSnapshotBlock", On.GOAL)),
    _row(
        "snapshot-to-disk",
        Gains.SNAPSHOT,
        "make a disk, and put it on a server, from",
        ("ec2:CreateVolume", On.GOAL),
        ("ec2:AttachVolume", On.ANY),
    ),
    _row(
        "database-snapshot-share",
        Gains.DATABASE_SNAPSHOT,
        "share with any account",
        ("rds:ModifyDBSnapshotAttribute", On.GOAL),
    ),
    _row(
        "cluster-snapshot-share",
        Gains.CLUSTER_SNAPSHOT,
        "share with any account",
        ("rds:ModifyDBClusterSnapshotAttribute", On.GOAL),
    ),
    _row(
        "database-copy",
        Gains.DATABASE,
        "take a copy out of the account of",
        ("rds:CreateDBSnapshot", On.GOAL),
        ("rds:ModifyDBSnapshotAttribute", On.ANY),
    ),
    _row(
        "cluster-copy",
        Gains.CLUSTER,
        "take a copy out of the account of",
        ("rds:CreateDBClusterSnapshot", On.GOAL),
        ("rds:ModifyDBClusterSnapshotAttribute", On.ANY),
    ),
    _row(
        "start-up-script",
        Gains.SECRETS_OF_SERVER,
        "read the secrets in the start-up script of",
        ("ec2:DescribeInstanceAttribute", On.GOAL),
    ),
    _row(
        "function-settings",
        Gains.SECRETS_OF_FUNCTION,
        "read the secrets in the settings of",
        ("lambda:GetFunctionConfiguration", On.GOAL),
    ),
)
"""What reads data, or takes a copy of it where one is master."""

ALL = (*OWN, *BY_OTHERS, *OTHERS, *PASSING, *HELD, *RUNNING, *READING)
"""All rows, no two with the same id."""
