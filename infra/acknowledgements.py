"""Findings of cdk-nag that are accepted, each with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from infra.environments import Environment, Part
from infra.search_access import INDICES, search_name
from lookalike.storage.opensearch.service import OpenSearchService

_DOMAIN = "arn:<AWS::Partition>:es:<AWS::Region>:<AWS::AccountId>:domain"
_LOG_PUSHER = (
    "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
)


@dataclass(frozen=True, slots=True)
class Exemption:
    """One accepted finding.

    Attributes:
        where: path of a construct in the stack; the finding is expected at it or below it.
        finding: the rule's name in cdk-nag, without the name of the rule pack.
        reason: why it is accepted.
    """

    where: str
    finding: str
    reason: str


def acknowledge_findings(
    stack: Stack, environment: Environment, uploads: s3.Bucket, failed_records: s3.Bucket
) -> None:
    """Acknowledge the findings of a stack."""
    buckets = (_logical_id(stack, uploads), _logical_id(stack, failed_records))
    serverless = environment.search is OpenSearchService.SERVERLESS
    service = _collection_findings() if serverless else _domain_findings(environment)
    for exemption in (*_ALWAYS, *_bucket_findings(*buckets), *_gap_findings(environment), *service):
        construct: IConstruct = stack
        for name in exemption.where.split("/"):
            construct = construct.node.find_child(name)
        Validations.of(construct).acknowledge(
            Acknowledgment(id=f"AwsSolutions-{exemption.finding}", reason=exemption.reason)
        )


def _logical_id(stack: Stack, bucket: s3.Bucket) -> str:
    return str(stack.resolve(bucket.bucket_arn)["Fn::GetAtt"][0])


_ALWAYS = (
    Exemption(
        "Buckets",
        "S1",
        "Uploads live for a day and are accessed through the API, which logs every access; failed "
        "records are accessed by one function and by operators, whom CloudTrail records.",
    ),
    Exemption(
        "Api/Api",
        "APIG4",
        "Callers are programs with an API key, as the contract of this API says; there are no "
        "users.",
    ),
    Exemption("Api/Api", "COG4", "Callers are programs with an API key; there are no users."),
    Exemption(
        "Api/Api/CloudWatchRole",
        f"IAM4[Policy::{_LOG_PUSHER}]",
        "API Gateway takes one role for a whole account, and AWS documents this policy for it.",
    ),
    *(
        Exemption(
            where,
            "L1",
            "Python 3.13 is what all pinned wheels are built and tested for; it is supported "
            "until 2029.",
        )
        for where in ("Functions", "Search/Prepare")
    ),
    *(
        Exemption(
            where,
            "IAM5[Resource::*]",
            "X-Ray's PutTraceSegments and PutTelemetryRecords have no resources, and neither has "
            "DynamoDB's ListStreams, which Lambda requires to read a stream.",
        )
        for where in ("Identities", "Search/Administrator")
    ),
)


def _bucket_findings(uploads: str, failed_records: str) -> Iterator[Exemption]:
    yield Exemption(
        "Identities",
        f"IAM5[Resource::<{uploads}.Arn>/uploads/*]",
        "Keys of uploads are random; the function may access only that folder.",
    )
    yield Exemption(
        "Identities",
        f"IAM5[Resource::<{failed_records}.Arn>/*]",
        "Lambda itself names the objects of failed records; the function may only add objects.",
    )
    yield Exemption(
        "Search/Administrator",
        f"IAM5[Resource::<{failed_records}.Arn>/*]",
        "Lambda itself names these objects; a replay reads, replaces and removes them.",
    )


def _gap_findings(environment: Environment) -> Iterator[Exemption]:
    if not environment.has(Part.WEB_ACL):
        yield Exemption("Api/Api", "APIG3", f"Left out: {environment.left_out[Part.WEB_ACL]}.")


def _domain_findings(environment: Environment) -> Iterator[Exemption]:
    domain = f"{_DOMAIN}/{search_name(environment)}"
    for request in ("_bulk", "_count", "_mget", "_msearch", "_search"):
        yield Exemption(
            "Identities",
            f"IAM5[Resource::{domain}/{INDICES}/{request}]",
            "Indices are versioned: their names are not known in advance, the requests are.",
        )
    yield Exemption(
        "Search/Administrator",
        f"IAM5[Resource::{domain}/*]",
        "The administrator of the domain; the security plugin decides about each request.",
    )
    public = (
        "Functions fetch pictures from the web; in a VPC they would need NAT gateways. The "
        "endpoint answers requests that one of four named roles has signed, over TLS alone."
    )
    yield Exemption("Search/Managed", "OS1", public)
    yield Exemption("Search/Managed", "OS3", f"{public} Functions have no fixed addresses.")
    if not environment.domain.managers:
        small = "One node for development: the cheapest that works. Production has three of each."
        yield Exemption("Search/Managed", "OS4", small)
        yield Exemption("Search/Managed", "OS7", small)


def _collection_findings() -> Iterator[Exemption]:
    for where in ("Identities", "Search/Administrator"):
        yield Exemption(
            where,
            "IAM5[Resource::arn:<AWS::Partition>:aoss:<AWS::Region>:<AWS::AccountId>:collection/*]",
            "Ids of collections are not known in advance; a condition names the collection.",
        )
