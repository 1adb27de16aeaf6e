from tests.answers import Answers, seen

from orlop.collect.aws import docdb
from orlop.estate.aws.docdb import DocumentInstance, GraphInstance


def test_databases_of_documents_and_graphs_are_kinds_of_their_own() -> None:
    items = [
        {
            "DBInstanceIdentifier": name,
            "Engine": engine,
            "PubliclyAccessible": True,
            "DBClusterIdentifier": f"{name}-cluster",
            "DBSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
            "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
        }
        for name, engine in (("papers", "docdb"), ("people", "neptune"), ("claims", "postgres"))
    ]
    estate = seen(docdb.ALL, Answers({"rds:DescribeDBInstances": {"DBInstances": items}}))
    [papers], [people] = estate.each(DocumentInstance), estate.each(GraphInstance)
    assert len(estate.resources) == 2
    assert (papers.name, papers.public, papers.ports) == ("papers", False, (27017,))
    assert (people.name, people.public, people.ports) == ("people", True, (8182,))
    assert (people.cluster, people.subnets, people.groups) == ("people-cluster", ("subnet-1",), ("sg-1",))
