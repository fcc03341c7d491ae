"""Findings of cdk-nag that are meant to be so, each with the reason."""

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
    """One finding.

    Attributes:
        where: path of a construct in the stack; the finding is expected at it or below it.
        finding: what cdk-nag calls it, without the name of the rule pack.
        reason: why it is right as it is.
    """

    where: str
    finding: str
    reason: str


def acknowledge_findings(
    stack: Stack, environment: Environment, uploads: s3.Bucket, failed_records: s3.Bucket
) -> None:
    """Tell cdk-nag why."""
    buckets = (_logical_id(stack, uploads), _logical_id(stack, failed_records))
    serverless = environment.search is OpenSearchService.SERVERLESS
    service = _of_collections() if serverless else _of_domain(environment)
    for exemption in (*_ALWAYS, *_of_keys(*buckets), *_of_gaps(environment), *service):
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
        "Uploads live for a day and are handed out by the API, which logs every access; failed "
        "records are reached by one function and by operators, whom CloudTrail records.",
    ),
    Exemption(
        "Api/Api",
        "APIG4",
        "Callers are programs that carry an API key, as the contract of this API says; there are "
        "no users to tell apart.",
    ),
    Exemption("Api/Api", "COG4", "The same: callers have keys, there are no users."),
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
            "X-Ray's PutTraceSegments and PutTelemetryRecords know no resources, and neither does "
            "DynamoDB's ListStreams, which Lambda wants of whoever follows a stream.",
        )
        for where in ("Identities", "Search/Administrator")
    ),
)


def _of_keys(uploads: str, failed_records: str) -> Iterator[Exemption]:
    yield Exemption(
        "Identities",
        f"IAM5[Resource::<{uploads}.Arn>/uploads/*]",
        "Keys of uploads are drawn by chance; the function may touch that folder alone.",
    )
    yield Exemption(
        "Identities",
        f"IAM5[Resource::<{failed_records}.Arn>/*]",
        "Lambda names the objects of failed records itself; the function may only add some.",
    )
    yield Exemption(
        "Search/Administrator",
        f"IAM5[Resource::<{failed_records}.Arn>/*]",
        "The same: whoever replays them reads, replaces and removes them, and nothing else.",
    )


def _of_gaps(environment: Environment) -> Iterator[Exemption]:
    if not environment.has(Part.WEB_ACL):
        yield Exemption("Api/Api", "APIG3", f"Left out: {environment.left_out[Part.WEB_ACL]}.")


def _of_domain(environment: Environment) -> Iterator[Exemption]:
    domain = f"{_DOMAIN}/{search_name(environment)}"
    for request in ("_bulk", "_count", "_mget", "_msearch", "_search"):
        yield Exemption(
            "Identities",
            f"IAM5[Resource::{domain}/{INDICES}/{request}]",
            "Indices are versioned: the name of the next is not known yet, its kind of request is.",
        )
    yield Exemption(
        "Search/Administrator",
        f"IAM5[Resource::{domain}/*]",
        "The master of the domain; the security plugin decides about each request.",
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


def _of_collections() -> Iterator[Exemption]:
    for where in ("Identities", "Search/Administrator"):
        yield Exemption(
            where,
            "IAM5[Resource::arn:<AWS::Partition>:aoss:<AWS::Region>:<AWS::AccountId>:collection/*]",
            "Collections have ids that are not known before; a condition names the one.",
        )
