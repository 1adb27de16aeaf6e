"""Ways to rights that one was not given, one row each: which actions on what, and whose rights one has then.

A row holds if the caller may do all of its actions. `ON` says on what:
- SELF: the caller himself; OTHER: the user or role whose rights are won; POLICY: a policy attached to that one.
- PASSED: the role that is handed to a service, which must trust that service; ANY: nothing in particular.

Sources: https://pathfinding.cloud (65 paths, Apache-2.0), https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
"""

from dataclasses import dataclass
from enum import StrEnum


class On(StrEnum):
    """What an action of a method is done to."""

    SELF = "self"
    OTHER = "other"
    POLICY = "policy"
    PASSED = "passed"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Need:
    """One action, and what it must be allowed on."""

    action: str
    on: On


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One way. `gains`: `self` (any right, for oneself), `user`, `role` (that one's rights).

    `service` is the one that a passed role must trust; `says` what one does, in words that follow "can".
    """

    id: str
    needs: tuple[Need, ...]
    gains: str
    service: str = ""
    says: str


def _self(id: str, action: str, says: str, on: On = On.SELF) -> Method:
    return Method(id=id, needs=(Need(action, on),), gains="self", says=says)


def _passing(id: str, service: str, says: str, *actions: str) -> Method:
    needs = (Need("iam:PassRole", On.PASSED), *(Need(action, On.ANY) for action in actions))
    return Method(id=id, needs=needs, gains="role", service=service, says=says)


OWN = (
    _self(
        "iam-create-policy-version", "iam:CreatePolicyVersion", "write a new version of a policy of its own", On.POLICY
    ),
    _self(
        "iam-set-default-version", "iam:SetDefaultPolicyVersion", "bring back an older version of its policy", On.POLICY
    ),
    _self("iam-put-user-policy", "iam:PutUserPolicy", "give itself any policy"),
    _self("iam-put-role-policy", "iam:PutRolePolicy", "give itself any policy"),
    _self("iam-put-group-policy", "iam:PutGroupPolicy", "give its own group any policy"),
    _self("iam-attach-user-policy", "iam:AttachUserPolicy", "attach any policy to itself"),
    _self("iam-attach-role-policy", "iam:AttachRolePolicy", "attach any policy to itself"),
    _self("iam-attach-group-policy", "iam:AttachGroupPolicy", "attach any policy to its own group"),
)
"""What gives oneself every right."""

OF_USERS = (
    ("iam-create-access-key", ("iam:CreateAccessKey",), "make an access key for"),
    ("iam-create-login-profile", ("iam:CreateLoginProfile",), "set a password for"),
    ("iam-update-login-profile", ("iam:UpdateLoginProfile",), "change the password of"),
)
OF_ROLES = (("iam-update-trust", ("iam:UpdateAssumeRolePolicy",), "rewrite who may take on"),)

PASSING = (
    _passing("ec2-run-instances", "ec2.amazonaws.com", "start a server with", "ec2:RunInstances"),
    _passing("ec2-spot", "ec2.amazonaws.com", "start a spot server with", "ec2:RequestSpotInstances"),
    _passing(
        "lambda-create",
        "lambda.amazonaws.com",
        "make and run a function with",
        "lambda:CreateFunction",
        "lambda:InvokeFunction",
    ),
    _passing(
        "lambda-create-trigger",
        "lambda.amazonaws.com",
        "make a function that runs by itself with",
        "lambda:CreateFunction",
        "lambda:CreateEventSourceMapping",
    ),
    _passing(
        "lambda-create-open",
        "lambda.amazonaws.com",
        "make a function that anyone may call with",
        "lambda:CreateFunction",
        "lambda:AddPermission",
    ),
    _passing(
        "cloudformation-create-stack",
        "cloudformation.amazonaws.com",
        "create a stack with",
        "cloudformation:CreateStack",
    ),
    _passing(
        "codebuild-create",
        "codebuild.amazonaws.com",
        "run a build with",
        "codebuild:CreateProject",
        "codebuild:StartBuild",
    ),
    _passing(
        "ecs-run-task", "ecs-tasks.amazonaws.com", "run a container with", "ecs:RegisterTaskDefinition", "ecs:RunTask"
    ),
    _passing(
        "ecs-create-service",
        "ecs-tasks.amazonaws.com",
        "run a service with",
        "ecs:RegisterTaskDefinition",
        "ecs:CreateService",
    ),
    _passing("glue-dev-endpoint", "glue.amazonaws.com", "make a development endpoint with", "glue:CreateDevEndpoint"),
    _passing("glue-job", "glue.amazonaws.com", "run a job with", "glue:CreateJob", "glue:StartJobRun"),
    _passing("glue-update-job", "glue.amazonaws.com", "change a job to run with", "glue:UpdateJob", "glue:StartJobRun"),
    _passing(
        "sagemaker-notebook",
        "sagemaker.amazonaws.com",
        "make a notebook with",
        "sagemaker:CreateNotebookInstance",
        "sagemaker:CreatePresignedNotebookInstanceUrl",
    ),
    _passing("sagemaker-training", "sagemaker.amazonaws.com", "train a model with", "sagemaker:CreateTrainingJob"),
    _passing("sagemaker-processing", "sagemaker.amazonaws.com", "process data with", "sagemaker:CreateProcessingJob"),
    _passing("apprunner-create", "tasks.apprunner.amazonaws.com", "run a web service with", "apprunner:CreateService"),
    _passing(
        "datapipeline",
        "datapipeline.amazonaws.com",
        "run a pipeline with",
        "datapipeline:CreatePipeline",
        "datapipeline:PutPipelineDefinition",
        "datapipeline:ActivatePipeline",
    ),
)
"""What hands a role to a service that runs what the caller wants."""
