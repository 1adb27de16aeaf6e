"""Writes settings of load balancers and their listeners."""

from typing import Any

from orlop.estate.aws.elbv2 import Action, Forward, Listener, LoadBalancer
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes


@writes(Listener, "tls_policy", "elbv2:ModifyListener")
def tls_policy(aws: Aws, change: Change) -> None:
    """Set which versions of TLS callers may use. Takes effect within a minute; open connections go on."""
    aws.call("elbv2", "ModifyListener", ListenerArn=change.target, SslPolicy=change.becomes)


@writes(Listener, "actions", "elbv2:ModifyListener")
def actions(aws: Aws, change: Change) -> None:
    """Set what is done with a request when no rule of the listener fits."""
    said = [_action(action, order) for order, action in enumerate(change.becomes, 1)]
    if len(said) == 1:
        del said[0]["Order"]
    aws.call("elbv2", "ModifyListener", ListenerArn=change.target, DefaultActions=said)


@writes(LoadBalancer, "deletion_protection", "elbv2:ModifyLoadBalancerAttributes")
def deletion_protection(aws: Aws, change: Change) -> None:
    """Protect a load balancer from deletion, or not."""
    _switch(aws, change, "deletion_protection.enabled")


@writes(LoadBalancer, "drop_invalid_headers", "elbv2:ModifyLoadBalancerAttributes")
def drop_invalid_headers(aws: Aws, change: Change) -> None:
    """Take malformed headers out of requests, or not."""
    _switch(aws, change, "routing.http.drop_invalid_header_fields.enabled")


def _switch(aws: Aws, change: Change, key: str) -> None:
    attribute = {"Key": key, "Value": "true" if change.becomes else "false"}
    aws.call("elbv2", "ModifyLoadBalancerAttributes", LoadBalancerArn=change.target, Attributes=[attribute])


def _action(action: Action, order: int) -> dict[str, Any]:
    said: dict[str, Any] = {"Type": action.type, "Order": order}
    if action.redirect:
        to = action.redirect
        said["RedirectConfig"] = {
            "Protocol": to.protocol,
            "Host": to.host,
            "Port": to.port,
            "Path": to.path,
            "Query": to.query,
            "StatusCode": to.code,
        }
    elif action.fixed:
        answer = {"StatusCode": action.fixed.code, "ContentType": action.fixed.type, "MessageBody": action.fixed.body}
        said["FixedResponseConfig"] = {key: value for key, value in answer.items() if value is not None}
    elif action.forward:
        said["ForwardConfig"] = _forward(action.forward)
    return said


def _forward(forward: Forward) -> dict[str, Any]:
    sticky = forward.sticky
    stickiness: dict[str, Any] = {"Enabled": sticky is not None}
    return {
        "TargetGroups": [
            {"TargetGroupArn": group, **({} if weight is None else {"Weight": weight})}
            for group, weight in forward.groups
        ],
        "TargetGroupStickinessConfig": stickiness if sticky is None else {**stickiness, "DurationSeconds": sticky},
    }


ALL = (tls_policy, actions, deletion_protection, drop_invalid_headers)
