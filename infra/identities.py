"""A role for each function and for operators, with exactly the permissions that each needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.buckets import Buckets
from infra.duplicate_access import duplicate_statements
from infra.encryption import key_statements
from infra.environments import Environment
from infra.event_bus import EventBus
from infra.function_specs import COMPACT_INDEX, FUNCTIONS
from infra.import_access import import_statements
from infra.log_groups import log_group, write_logs
from infra.network import network_statement
from infra.search_access import ACCESS, administration, search_statements
from infra.tables import Tables
from lookalike.api.uploads.service import FOLDER
from lookalike.aws.reconciliation_store import PARTITION
from lookalike.aws.search_allowance import PLACE
from lookalike.storage.dynamodb.schema import BY_FINGERPRINT, BY_SUBJECT, NARROW
from lookalike.storage.index_kind import IndexKind
from lookalike.sync.checksum_steps import FOLDER as CHECKSUMS

_LAMBDA = "lambda.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Identity:
    """The role and log group of a function, which are created before it.

    Attributes:
        role: the role that it runs as.
        log_group: the group of its logs.
    """

    role: iam.Role
    log_group: logs.LogGroup


class Identities(Construct):
    """One role and one log group for each function, and for the administrator of the index.

    Roles are created before the search service, which names them in its access policy, and
    functions after it, because they get its endpoint as a setting.

    Attributes:
        by_function: by the function's name.
        administrator: the role that operators assume to create, switch and drop indices, and to
            replay failed records; the deployment prepares the index with it.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - all that a role may access
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        tables: Tables,
        buckets: Buckets,
        events: EventBus,
        *,
        key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._environment = environment
        self._key = key
        stack = Stack.of(self)
        imports = import_statements(stack, environment, tables, buckets)
        duplicates = duplicate_statements(stack, environment, tables, buckets)
        beginning = [*imports["begin_imports"], *duplicates["begin_duplicates"]]
        allowed = {
            **_statements(tables, buckets, beginning),
            **_publishing(tables, events),
            **imports,
            **duplicates,
        }
        self._small = small_index_statements(tables, buckets)
        self._looks = _looks_statements(tables) if environment.uses(IndexKind.OPENSEARCH) else {}
        compacting = [COMPACT_INDEX.name] if self._small else []
        self.by_function = {
            name: self._identity(name, [*allowed.get(name, []), *self._index(name)])
            for name in [*(spec.name for spec in FUNCTIONS), *compacting]
        }
        self.administrator = self._administrator(tables, buckets)

    def _administrator(self, tables: Tables, buckets: Buckets) -> Identity:
        """The account's own policies decide who may assume the role."""
        stack, has_search = Stack.of(self), self._environment.uses(IndexKind.OPENSEARCH)
        return self._identity(
            "administrator",
            [
                *([administration(stack, self._environment)] if has_search else []),
                *self._small.get("index_pictures", []),
                *self._looks.get("administrator", []),
                *_replay_statements(stack, self._environment, tables, buckets),
                *self._network(),
            ],
            description="Master of the search service, if any, and replays of failed records.",
            assumed_by=iam.CompositePrincipal(
                iam.ServicePrincipal(_LAMBDA), iam.AccountPrincipal(stack.account)
            ),
        )

    def _identity(
        self,
        name: str,
        statements: Sequence[iam.PolicyStatement],
        *,
        description: str | None = None,
        assumed_by: iam.IPrincipal | None = None,
    ) -> Identity:
        group = log_group(self, f"{name}-logs", self._environment)
        role = iam.Role(
            self,
            name,
            description=description,
            assumed_by=assumed_by or iam.ServicePrincipal(_LAMBDA),
            inline_policies={
                "needs": iam.PolicyDocument(
                    statements=[*statements, *key_statements(self._key), write_logs(group)]
                )
            },
        )
        return Identity(role, group)

    def _index(self, name: str) -> list[iam.PolicyStatement]:
        statements = search_statements(Stack.of(self), self._environment, name)
        network = self._network() if name in ACCESS else []
        return [*statements, *network, *self._small.get(name, []), *self._looks.get(name, [])]

    def _network(self) -> list[iam.PolicyStatement]:
        is_placed = self._environment.uses(IndexKind.OPENSEARCH)
        return [network_statement()] if self._environment.network and is_placed else []


def _statements(
    tables: Tables, buckets: Buckets, beginning: Sequence[iam.PolicyStatement]
) -> Mapping[str, list[iam.PolicyStatement]]:
    """Permissions by function, beside logs and the index. A function may have none."""
    products, pictures = tables.products.table_arn, tables.pictures.table_arn
    imports, decisions = tables.imports.table_arn, tables.decisions.table_arn
    events = tables.events.table_arn
    by_subject = f"{events}/index/{BY_SUBJECT.name}"
    by_fingerprint = f"{products}/index/{BY_FINGERPRINT.name}"
    narrow = f"{pictures}/index/{NARROW.name}"
    uploads = buckets.uploads.arn_for_objects(f"{FOLDER}*")
    checksums = buckets.imports.arn_for_objects(f"{CHECKSUMS}*")
    failed = buckets.failed_records
    stream = str(tables.pictures.table_stream_arn)
    return {
        "find_similar": [
            _items(["BatchGetItem"], products, pictures),
            _items(["Query"], by_fingerprint, decisions, events, by_subject),
            _items(["GetItem"], imports),
            _counting_searches(imports),
            _allow(["s3:GetObject", "s3:PutObject"], uploads),
        ],
        "manage_products": [
            _items(["BatchGetItem", "PutItem"], products, pictures, decisions),
            _items(["PutItem"], events),
            _items(["DeleteItem"], products, decisions),
            _items(["Scan"], products),
            _items(["Query"], by_fingerprint, decisions),
            _items(["UpdateItem"], pictures),
            _allow(["s3:GetObject"], uploads),
            *beginning,
        ],
        "index_pictures": [
            _items(["BatchGetItem"], pictures),
            *_reading(stream),
            _allow(["s3:PutObject"], failed.arn_for_objects("*")),
            _allow(["s3:ListBucket"], failed.bucket_arn),
        ],
        "register_products": [
            *_reading(str(tables.products.table_stream_arn)),
            _items(["BatchGetItem", "PutItem", "UpdateItem"], products, pictures),
            _items(["PutItem"], events),
            _allow(["s3:PutObject"], failed.arn_for_objects("*")),
            _allow(["s3:ListBucket"], failed.bucket_arn),
        ],
        "reconcile_index": [
            _items(["BatchGetItem", "DeleteItem"], pictures),
            _items(["Scan"], products, narrow),
            _items(["Query"], by_fingerprint),
            _items(["GetItem", "PutItem"], imports),
            _allow(["s3:GetObject", "s3:PutObject"], checksums),
        ],
    }


def _publishing(tables: Tables, events: EventBus) -> Mapping[str, list[iam.PolicyStatement]]:
    """Permissions of the function that publishes events."""
    return {
        "publish_events": [
            *_reading(str(tables.events.table_stream_arn)),
            _allow(["events:PutEvents"], events.bus.event_bus_arn),
            _allow(["sqs:SendMessage"], events.dead_letters.queue_arn),
        ]
    }


def _reading(stream: str) -> list[iam.PolicyStatement]:
    """Permissions to follow a stream."""
    return [
        _items(["DescribeStream", "GetRecords", "GetShardIterator"], stream),
        _items(["ListStreams"], "*"),  # which has no resources, and only lists names
    ]


def small_index_statements(
    tables: Tables, buckets: Buckets
) -> Mapping[str, list[iam.PolicyStatement]]:
    """Permissions on a small index, by function; none where there is no such index."""
    if tables.changes is None or buckets.snapshots is None:
        return {}
    log, bucket = tables.changes.table_arn, buckets.snapshots
    objects = bucket.arn_for_objects("*")
    # Without it, S3 would not say that an object is gone, but deny access to it.
    listed = _allow(["s3:ListBucket"], bucket.bucket_arn)
    reading = [
        _items(["GetItem", "Query"], log),
        _allow(["s3:GetObject"], objects),
        listed,
    ]
    appending = _items(["GetItem", "PutItem", "UpdateItem"], log)
    verbs = ("AbortMultipartUpload", "DeleteObject", "GetObject", "PutObject")
    return {
        "find_similar": reading,
        "manage_products": reading,
        "compare_pictures": reading,
        "import_batch": reading,
        "index_pictures": [appending],
        "reconcile_index": [*reading, appending],
        "compact_index": [
            _items(["BatchWriteItem", "GetItem", "Query", "UpdateItem"], log),
            _allow([f"s3:{verb}" for verb in verbs], objects),
            listed,
        ],
    }


def _looks_statements(tables: Tables) -> Mapping[str, list[iam.PolicyStatement]]:
    """Permissions to keep the index of products by looks in step, by function."""
    products = tables.products.table_arn
    noting = _noting_embeddings(tables.imports.table_arn)
    return {
        "index_pictures": [
            _items(["BatchGetItem"], products),
            noting,
            *_reading(str(tables.products.table_stream_arn)),
        ],
        "reconcile_index": [_items(["BatchGetItem"], products)],
        "administrator": [_items(["BatchGetItem"], products), noting],
    }


def _replay_statements(
    stack: Stack, environment: Environment, tables: Tables, buckets: Buckets
) -> list[iam.PolicyStatement]:
    """Permissions for ``lookalike replay``, beside those on the index."""
    failed = buckets.failed_records
    objects = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    outputs = stack.format_arn(
        service="cloudformation", resource="stack", resource_name=f"{environment.stack_name}/*"
    )
    return [
        _allow(["cloudformation:DescribeStacks"], outputs),
        _items(["BatchGetItem"], tables.pictures.table_arn),
        _allow(objects, failed.arn_for_objects("*")),
        _allow(["s3:ListBucket"], failed.bucket_arn),
    ]


def _items(verbs: Sequence[str], *resources: str) -> iam.PolicyStatement:
    return _allow([f"dynamodb:{verb}" for verb in verbs], *resources)


def _counting_searches(table: str) -> iam.PolicyStatement:
    """Permission to change the counts of searches alone, and no run."""
    statement = _items(["UpdateItem"], table)
    statement.add_condition("ForAllValues:StringLike", {"dynamodb:LeadingKeys": [f"{PLACE}*"]})
    return statement


def _noting_embeddings(table: str) -> iam.PolicyStatement:
    """Permission to tell the next reconciliation of new embeddings, and to change no run."""
    statement = _items(["PutItem"], table)
    statement.add_condition("ForAllValues:StringEquals", {"dynamodb:LeadingKeys": [PARTITION]})
    return statement


def _allow(actions: Sequence[str], *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))
