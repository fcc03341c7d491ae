"""The tables of products, pictures, imports, decisions and events, and of a small index."""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.environments import Environment
from lookalike.storage.dynamodb.schema import (
    CHANGES,
    DECISIONS,
    EVENTS,
    IMPORTS,
    PICTURES,
    PRODUCTS,
    IndexSchema,
    KeyAttribute,
    TableSchema,
)
from lookalike.storage.index_kind import IndexKind

_KINDS = {"S": dynamodb.AttributeType.STRING, "N": dynamodb.AttributeType.NUMBER}


class Tables(Construct):
    """On-demand tables that can be restored to any second of the last 35 days.

    Attributes:
        products: products, and an index by picture.
        pictures: pictures, with a stream that the vector index follows.
        imports: import runs and their failed rows.
        decisions: what people have decided about products.
        events: what has happened, with a stream that the bus of events follows.
        changes: the log of a small index; ``None``: there is no such index.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._environment = environment
        self._key = key
        self.products = self._table("Products", PRODUCTS, self._filled("products"))
        self.pictures = self._table("Pictures", PICTURES, self._filled("pictures"))
        self.imports = self._table("Imports", IMPORTS)
        self.decisions = self._table("Decisions", DECISIONS)
        self.events = self._table("Events", EVENTS)
        is_small = environment.uses(IndexKind.SMALL)
        self.changes = self._table("Changes", CHANGES) if is_small else None

    def _filled(self, folder: str) -> dynamodb.ImportSourceSpecification | None:
        """The files of a backfill that DynamoDB creates a table from."""
        address = self._environment.filled_from
        if address is None:
            return None
        bucket, _, path = address.removeprefix("s3://").partition("/")
        return dynamodb.ImportSourceSpecification(
            bucket=s3.Bucket.from_bucket_name(self, f"Filled{folder}", bucket),
            key_prefix=f"{path.strip('/')}/dynamodb/{folder}/",
            input_format=dynamodb.InputFormat.dynamo_db_json(),
            compression_type=dynamodb.InputCompressionType.GZIP,
        )

    def _table(
        self,
        name: str,
        schema: TableSchema,
        source: dynamodb.ImportSourceSpecification | None = None,
    ) -> dynamodb.Table:
        stream = dynamodb.StreamViewType.NEW_AND_OLD_IMAGES if schema.has_stream else None
        kept = self._environment.keeps_data
        table = dynamodb.Table(
            self,
            name,
            partition_key=_attribute(schema.key[0]),
            sort_key=_sort_key(schema.key),
            stream=stream,
            time_to_live_attribute=schema.expiry,
            import_source=source,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED if self._key else None,
            encryption_key=self._key,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=kept,  # also from rollbacks: a failed deployment leaves tables
            removal_policy=RemovalPolicy.RETAIN if kept else RemovalPolicy.DESTROY,
        )
        if schema.index is not None:
            _add_index(table, schema.index)
        return table


def _add_index(table: dynamodb.Table, schema: IndexSchema) -> None:
    whole = schema.includes is None
    table.add_global_secondary_index(
        index_name=schema.name,
        partition_key=_attribute(schema.key[0]),
        sort_key=_sort_key(schema.key),
        projection_type=dynamodb.ProjectionType.ALL if whole else dynamodb.ProjectionType.INCLUDE,
        non_key_attributes=None if schema.includes is None else list(schema.includes),
    )


def _sort_key(key: tuple[KeyAttribute, ...]) -> dynamodb.Attribute | None:
    return _attribute(key[1]) if len(key) > 1 else None


def _attribute(attribute: KeyAttribute) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=attribute.name, type=_KINDS[attribute.kind])
