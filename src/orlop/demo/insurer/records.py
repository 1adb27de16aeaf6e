"""What is written down and passed on: the trail, the network's log, topics and queues."""

import json
from typing import Any

from orlop.demo.insurer.places import Places


def plant_trail(trail: Any, ec2: Any, places: Places) -> None:
    """Make the trail: on in all regions, but nobody could tell if a file of it were altered."""
    trail.create_trail(
        Name="halyard", S3BucketName="halyard-trail", IsMultiRegionTrail=True, EnableLogFileValidation=False
    )
    trail.start_logging(Name="halyard")
    ec2.create_flow_logs(
        ResourceIds=[places.vpc],
        ResourceType="VPC",
        TrafficType="REJECT",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::halyard-trail/network",
    )


def plant_messages(sns: Any, sqs: Any, key: str) -> None:
    """Make topics and queues: the claims' inbox takes messages from anybody."""
    sns.create_topic(Name="alerts", Attributes={"KmsMasterKeyId": key})
    topic = sns.create_topic(Name="claim-events")["TopicArn"]
    sns.set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=_document(_anybody("sns:Publish", topic))
    )
    sqs.create_queue(QueueName="mail-outbox", Attributes={"KmsMasterKeyId": key})
    inbox = sqs.create_queue(QueueName="claim-inbox")["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=inbox, AttributeNames=["QueueArn"])
    # The web agency's form posts claims straight into it.
    policy = _document(_anybody("sqs:SendMessage", asked["Attributes"]["QueueArn"]))
    sqs.set_queue_attributes(QueueUrl=inbox, Attributes={"Policy": policy})


def _anybody(action: str, resource: str) -> dict[str, Any]:
    return {"Sid": "Anybody", "Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
