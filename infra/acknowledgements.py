"""Findings of cdk-nag that are accepted, each with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from aws_cdk import Acknowledgment, CfnElement, Stack, Validations
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from infra.buckets import Buckets
from infra.environments import Environment, Part
from infra.machine_names import DUPLICATES, IMPORTS, machine_name
from infra.notebook_stack import LOGS
from infra.search_access import EVERY_INDEX, search_name
from infra.spending import SPENDERS
from lookalike.aws.duplicates import files as duplicates
from lookalike.aws.imports.files import BATCHES, CATALOGUES, FAILED, PROGRESS, RESULTS
from lookalike.aws.imports.sync_files import DELETIONS, LEAVING, NAMED
from lookalike.storage.index_kind import IndexKind
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.sync.checksum_steps import FOLDER as CHECKSUMS

_LOG_PUSHER = (
    "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
)


_PYTHON = (
    "Python 3.13 is what all pinned wheels are built and tested for; it is supported until 2029."
)


@dataclass(frozen=True, slots=True)
class Exemption:
    """One accepted finding.

    Attributes:
        where: path of a construct in its stack; the finding is expected at it or below it.
        finding: the rule's name in cdk-nag, without the name of the rule pack.
        reason: why it is accepted.
    """

    where: str
    finding: str
    reason: str


def acknowledge_findings(
    stacks: Sequence[Stack], environment: Environment, buckets: Buckets
) -> None:
    """Acknowledge the findings of the stacks of an environment."""
    for exemption in _exemptions(stacks, environment, buckets):
        Validations.of(_construct(stacks, exemption.where)).acknowledge(
            Acknowledgment(id=f"AwsSolutions-{exemption.finding}", reason=exemption.reason)
        )


def _exemptions(
    stacks: Sequence[Stack], environment: Environment, buckets: Buckets
) -> Iterator[Exemption]:
    stack = stacks[0]
    yield from _ALWAYS
    yield from _bucket_findings(buckets.uploads, buckets.failed_records)
    yield from _import_findings(stacks, environment, buckets)
    yield from _gap_findings(environment)
    if buckets.snapshots is not None:
        yield from _small_index_findings(buckets.snapshots)
    if environment.uses(IndexKind.OPENSEARCH):
        (service,) = [s for s in stacks if s.stack_name == environment.stack_name]
        yield from _provider_findings(service)
    yield from _part_findings(environment)
    yield from _backfill_findings(stacks, environment)
    yield from _notebook_findings(stack, environment)
    yield Exemption(
        "Identities/administrator",
        f"IAM5[Resource::{_arn(stack, 'cloudformation', 'stack')}/{environment.stack_name}/*]",
        "The id of a stack is not known before it exists; a replay reads the outputs of this one.",
    )
    if not environment.uses(IndexKind.OPENSEARCH):
        return
    if environment.search is OpenSearchService.SERVERLESS:
        yield from _collection_findings(stack)
    else:
        yield from _domain_findings(stack, environment)


def _construct(stacks: Sequence[Stack], where: str) -> IConstruct:
    first, *others = where.split("/")
    (construct,) = [found for s in stacks if (found := s.node.try_find_child(first)) is not None]
    for name in others:
        construct = construct.node.find_child(name)
    return construct


def _arn(stack: Stack, service: str, resource: str) -> str:
    """The beginning of an ARN, as cdk-nag writes it."""
    partition, region, account = (
        _written(stack, part) for part in (stack.partition, stack.region, stack.account)
    )
    return f"arn:{partition}:{service}:{region}:{account}:{resource}"


def _written(stack: Stack, value: str) -> str:
    """A text, or what is only known at deployment as ``<AWS::Region>``."""
    resolved = stack.resolve(value)
    return resolved if isinstance(resolved, str) else f"<{resolved['Ref']}>"


def _logical_id(bucket: s3.Bucket) -> str:
    return str(Stack.of(bucket).resolve(bucket.bucket_arn)["Fn::GetAtt"][0])


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
    Exemption(
        "Events/DeadLetters",
        "SQS3",
        "It is a queue of dead letters, of EventBridge and Lambda, which this rule does not see.",
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
            _PYTHON,
        )
        for where in ("Functions", "ServiceCheck")
    ),
    *(
        Exemption(
            where,
            "IAM5[Resource::*]",
            "X-Ray's PutTraceSegments and PutTelemetryRecords have no resources, and neither have "
            "DynamoDB's ListStreams, which Lambda requires to read a stream, and the actions on "
            "network interfaces, which Lambda requires in a network.",
        )
        for where in ("Identities", "ServiceCheck")
    ),
)


def _bucket_findings(uploads: s3.Bucket, failed_records: s3.Bucket) -> Iterator[Exemption]:
    yield Exemption(
        "Identities",
        f"IAM5[Resource::<{_logical_id(uploads)}.Arn>/uploads/*]",
        "Keys of uploads are random; the function may access only that folder.",
    )
    yield Exemption(
        "Identities",
        f"IAM5[Resource::<{_logical_id(failed_records)}.Arn>/*]",
        "Lambda itself names the objects of failed records; the function may only add objects, and "
        "a replay reads, replaces and removes them.",
    )


def _small_index_findings(snapshots: s3.Bucket) -> Iterator[Exemption]:
    yield Exemption(
        "Identities",
        f"IAM5[Resource::<{_logical_id(snapshots)}.Arn>/*]",
        "The bucket has snapshots of the index alone, whose keys are random.",
    )
    yield Exemption("Compaction", "L1", _PYTHON)


def _import_findings(
    stacks: Sequence[Stack], environment: Environment, buckets: Buckets
) -> Iterator[Exemption]:
    in_data = f"<{_logical_id(buckets.imports)}.Arn>"
    in_service = f"{stacks[0].stack_name}:ImportsBucketArn"
    yield Exemption(
        "Reconciliation",
        "IAM5[Resource::*]",
        "The delivery of logs, and X-Ray's actions, have no resources.",
    )
    yield Exemption(
        "Identities",
        f"IAM5[Resource::{in_data}/{CHECKSUMS}*]",
        "Files of checksums are named by the numbers of parts.",
    )
    for machine, work in (("Imports", IMPORTS), ("Duplicates", DUPLICATES)):
        runs = f"{_arn(stacks[0], 'states', 'execution')}:{machine_name(environment, work)}"
        stopping = [each.construct_id for each in SPENDERS if each.machine == work]
        breakers = stopping if environment.has(Part.SPENDING) else []
        for where in ("Identities", machine, *breakers):
            yield Exemption(
                where, f"IAM5[Resource::{runs}:*]", "Executions are named by the ids of runs."
            )
        yield Exemption(
            machine,
            "IAM5[Resource::*]",
            "The delivery of logs, and X-Ray's actions, have no resources.",
        )
    searches = (duplicates.BATCHES, duplicates.COMPARED, duplicates.GROUPS)
    imports = (BATCHES, PROGRESS, FAILED, CATALOGUES, NAMED, LEAVING, DELETIONS)
    for files in ("*", *(f"{each}*" for each in (*imports, *searches))):
        yield Exemption(
            "Identities",
            f"IAM5[Resource::{in_data}/{files}]",
            "Files of runs are named by the ids of runs; operators name catalogues.",
        )
    folders = {
        "Imports": (BATCHES, DELETIONS, RESULTS),
        "Duplicates": (duplicates.BATCHES, duplicates.RESULTS),
    }
    for machine, each in folders.items():
        for folder in each:
            yield Exemption(
                machine,
                f"IAM5[Resource::{in_service}/{folder}*]",
                "Files of runs are named by the ids of runs.",
            )


def _provider_findings(service: Stack) -> Iterator[Exemption]:
    yield Exemption("Search/Function", "L1", _PYTHON)
    for finding in ("SF1", "SF2"):
        yield Exemption(
            "Search/Provider/waiter-state-machine",
            finding,
            "It only waits for a new domain during a deployment; the functions that it calls log "
            "why they wait.",
        )
    framework = [f"Search/Provider/framework-{name}" for name in ("isComplete", "onTimeout")]
    for path in ("Search/Function", *framework):
        function = _construct([service], path).node.default_child
        assert isinstance(function, CfnElement)  # noqa: S101 - for the type
        yield Exemption(
            "Search",
            f"IAM5[Resource::<{service.get_logical_id(function)}.Arn>:*]",
            "The provider framework of the CDK may call any version of its own functions.",
        )


def _part_findings(environment: Environment) -> Iterator[Exemption]:
    if environment.has(Part.ROLLOUT):
        yield Exemption(
            "Rollout",
            "IAM5[Resource::*]",
            "CodeDeploy asks for the state of alarms by DescribeAlarms, which names none.",
        )
    if environment.has(Part.SPENDING):
        for spender in SPENDERS:
            yield Exemption(
                spender.construct_id,
                "IAM5[Resource::*]",
                "X-Ray's PutTraceSegments and PutTelemetryRecords have no resources.",
            )
            yield Exemption(spender.construct_id, "L1", _PYTHON)


def _backfill_findings(stacks: Sequence[Stack], environment: Environment) -> Iterator[Exemption]:
    if environment.backfill is None:
        return
    bucket = _construct(stacks, "Bucket")
    assert isinstance(bucket, s3.Bucket)  # noqa: S101 - for the type
    yield Exemption(
        "Role",
        f"IAM5[Resource::<{_logical_id(bucket)}.Arn>/*]",
        "The bucket is of backfills alone; the names of their files are not known in advance.",
    )
    yield Exemption(
        "Bucket",
        "S1",
        "Manifests and fingerprints of a backfill, which one role and operators access, whom "
        "CloudTrail records.",
    )


def _notebook_findings(data: Stack, environment: Environment) -> Iterator[Exemption]:
    if environment.notebook is None:
        return
    stream = f"{_arn(data, 'logs', 'log-group')}:{LOGS}:log-stream:{environment.api_name}-backfill"
    for resource, reason in {
        f"{data.stack_name}:ImportsBucketArn/{CATALOGUES}*": "Operators name catalogues.",
        f"{_arn(data, 'cloudformation', 'stack')}/{environment.stack_name}/*": (
            "The id of a stack is not known before it exists; the notebook reads its outputs."
        ),
        f"{stream}/*": "SageMaker names the log streams of an instance.",
    }.items():
        yield Exemption("NotebookRole", f"IAM5[Resource::{resource}]", reason)
    if environment.network is None:
        for finding in ("SM1", "SM3"):
            yield Exemption(
                "NotebookInstance",
                finding,
                "It fetches pictures from the web and libraries from PyPI, and reaches nothing in "
                "a network; without one of the operator's, it would need a NAT gateway.",
            )


def _gap_findings(environment: Environment) -> Iterator[Exemption]:
    if not environment.has(Part.WEB_ACL):
        yield Exemption("Api/Api", "APIG3", f"Left out: {environment.left_out[Part.WEB_ACL]}.")


def _domain_findings(stack: Stack, environment: Environment) -> Iterator[Exemption]:
    domain = f"{_arn(stack, 'es', 'domain')}/{search_name(environment)}"
    requests = ("_bulk", "_count", "_mget", "_msearch", "_search")
    for indices, request in product(EVERY_INDEX, requests):
        yield Exemption(
            "Identities",
            f"IAM5[Resource::{domain}/{indices}/{request}]",
            "Indices are versioned: their names are not known in advance, the requests are.",
        )
    yield Exemption(
        "Identities/administrator",
        f"IAM5[Resource::{domain}/*]",
        "The administrator of the domain; the security plugin decides about each request.",
    )
    public = (
        "Functions fetch pictures from the web; in a VPC they would need NAT gateways. The "
        "endpoint answers requests that one of five named roles has signed, over TLS alone."
    )
    yield Exemption("Managed", "OS1", public)
    yield Exemption("Managed", "OS3", f"{public} Functions have no fixed addresses.")
    if not environment.domain.managers:
        small = "One node for development: the cheapest that works. Production has three of each."
        yield Exemption("Managed", "OS4", small)
        yield Exemption("Managed", "OS7", small)


def _collection_findings(stack: Stack) -> Iterator[Exemption]:
    yield Exemption(
        "Identities",
        f"IAM5[Resource::{_arn(stack, 'aoss', 'collection')}/*]",
        "Ids of collections are not known in advance; a condition names the collection.",
    )
