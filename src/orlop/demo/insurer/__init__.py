"""Halyard Mutual: the AWS account of a small insurer, with the faults that such firms really have.

Much in it is right, so that a report on it reads like one on a real account. One file for each part of the firm's
systems; each says beside a fault why somebody made it.
"""

from collections.abc import Callable
from typing import Any

from orlop.demo.emulator import Demo
from orlop.demo.insurer import data, network, people, records, servers, services
from orlop.demo.insurer.places import BACKUP, HOME, IDLE

Clients = Callable[[str, str], Any]
"""Gives a client for a service and region."""


REGIONS = (HOME, BACKUP)
"""Where the insurer has anything: what it inspects, so that nobody waits for thirty empty regions."""


def plant(demo: Demo) -> None:
    """Fill an empty emulated account with the insurer's systems."""
    clients: Clients = demo.client
    history = people.plant(clients("iam", HOME))
    people.plant_organisation(clients("organizations", HOME))
    places = network.plant(clients("ec2", HOME))
    keys = data.plant_keys(clients("kms", HOME), clients("kms", BACKUP))
    data.plant_buckets(clients("s3", HOME), clients("s3", BACKUP))
    data.plant_access_point(clients("s3control", HOME), demo.account)
    data.plant_databases(clients("rds", HOME), places, keys.claims)
    data.plant_cluster(clients("rds", HOME), keys.claims)
    data.plant_secrets(clients("secretsmanager", HOME), keys.claims)
    servers.plant(clients("ec2", HOME), places)
    servers.plant_entrance(clients("elbv2", HOME), clients("acm", HOME), places)
    services.plant(clients, places, demo.account)
    services.plant_offer(clients("ec2", HOME), clients("elbv2", HOME), places)
    servers.plant_functions(clients("lambda", HOME), demo.account)
    records.plant_trail(clients("cloudtrail", HOME), clients("ec2", HOME), places)
    records.plant_messages(clients("sns", HOME), clients("sqs", HOME), keys.claims)
    for region in IDLE:
        network.tidy(clients("ec2", region))
    demo.put_back(**history)


__all__ = ["REGIONS", "plant"]
