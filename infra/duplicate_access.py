"""What functions may do for searches for duplicates, beside their other work."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from infra.buckets import Buckets
from infra.environments import Environment
from infra.machine_names import DUPLICATES, execution_arns, machine_arn
from infra.tables import Tables
from lookalike.aws.duplicates.files import BATCHES, COMPARED, GROUPS
from lookalike.storage.dynamodb.schema import BY_FINGERPRINT, NARROW


def duplicate_statements(
    stack: Stack, environment: Environment, tables: Tables, buckets: Buckets
) -> Mapping[str, list[iam.PolicyStatement]]:
    """Permissions by function, beside logs and the index."""
    products, pictures = tables.products.table_arn, tables.pictures.table_arn
    runs, decisions = tables.imports.table_arn, tables.decisions.table_arn
    bucket = buckets.imports
    batches, compared, groups = (
        bucket.arn_for_objects(f"{folder}*") for folder in (BATCHES, COMPARED, GROUPS)
    )
    listing = _allow("s3", ["ListBucket"], bucket.bucket_arn)
    reading = _allow("s3", ["GetObject"], compared)
    noting = _allow("dynamodb", ["BatchGetItem", "UpdateItem"], runs)
    return {
        # Which may also read its files and write runs, since it begins imports.
        "begin_duplicates": [
            _allow("states", ["StartExecution"], machine_arn(stack, environment, DUPLICATES)),
            _allow("states", ["StopExecution"], execution_arns(stack, environment, DUPLICATES)),
        ],
        "prepare_duplicates": [
            noting,
            _allow("dynamodb", ["Scan"], products, f"{pictures}/index/{NARROW.name}"),
            _allow("s3", ["PutObject"], batches),
            reading,
            listing,
        ],
        "compare_pictures": [
            noting,
            _allow("dynamodb", ["PutItem"], runs),
            _allow("dynamodb", ["BatchGetItem"], pictures),
            _allow("s3", ["DeleteObject", "GetObject"], batches),
            _allow("s3", ["PutObject"], compared),
        ],
        "finish_duplicates": [
            noting,
            _allow("dynamodb", ["BatchGetItem"], products, pictures),
            _allow("dynamodb", ["Scan"], products),
            _allow("dynamodb", ["Query"], f"{products}/index/{BY_FINGERPRINT.name}", decisions),
            _allow("s3", ["PutObject"], groups),
            reading,
            listing,
        ],
    }


def _allow(service: str, verbs: list[str], *resources: str) -> iam.PolicyStatement:
    actions = [f"{service}:{verb}" for verb in verbs]
    return iam.PolicyStatement(actions=actions, resources=list(resources))
