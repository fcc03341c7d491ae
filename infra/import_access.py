"""What functions may do for imports, beside their other work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from infra.buckets import Buckets
from infra.environments import Environment
from infra.machine_names import IMPORTS, execution_arns, machine_arn
from infra.tables import Tables
from lookalike.api.uploads.service import FOLDER
from lookalike.aws.imports.files import BATCHES, CATALOGUES, FAILED, PROGRESS
from lookalike.aws.imports.host_slots import PLACE
from lookalike.aws.imports.sync_files import DELETIONS, LEAVING, NAMED
from lookalike.storage.dynamodb.schema import BY_FINGERPRINT


def import_statements(
    stack: Stack, environment: Environment, tables: Tables, buckets: Buckets
) -> Mapping[str, list[iam.PolicyStatement]]:
    """Permissions by function, beside logs."""
    products, pictures = tables.products.table_arn, tables.pictures.table_arn
    runs, events = tables.imports.table_arn, tables.events.table_arn
    decisions = tables.decisions.table_arn
    bucket = buckets.imports
    uploads = buckets.uploads.arn_for_objects(f"{FOLDER}*")
    batches, failed, progress, named, leaving, deletions = (
        bucket.arn_for_objects(f"{folder}*")
        for folder in (BATCHES, FAILED, PROGRESS, NAMED, LEAVING, DELETIONS)
    )
    listing = _objects(["ListBucket"], bucket.bucket_arn)
    return {
        "begin_imports": [
            _items(["BatchGetItem", "PutItem", "Query", "UpdateItem"], runs),
            _objects(["GetObject"], bucket.arn_for_objects("*")),
            _objects(["PutObject"], bucket.arn_for_objects(f"{CATALOGUES}*")),
            _allow("states", ["StartExecution"], machine_arn(stack, environment, IMPORTS)),
            _allow("states", ["StopExecution"], execution_arns(stack, environment, IMPORTS)),
        ],
        "prepare_import": [
            _items(["BatchGetItem", "DeleteItem", "PutItem", "UpdateItem"], runs),
            _objects(["GetObject"], bucket.arn_for_objects("*"), uploads),
            _objects(["DeleteObject", "PutObject"], batches, failed),
            _objects(["DeleteObject"], progress),
            _objects(["PutObject"], named),
            listing,
        ],
        "plan_deletions": [
            _items(["BatchGetItem", "UpdateItem"], runs),
            _items(["Scan"], products),
            _objects(["GetObject"], named, leaving),
            _objects(["PutObject"], leaving, deletions),
            listing,
        ],
        "import_batch": [
            _items(["BatchGetItem", "PutItem"], products, pictures, runs),
            _items(["DeleteItem"], products, decisions),
            _items(["UpdateItem"], pictures, runs),
            _of_hosts(["DeleteItem", "Query"], runs),
            _items(["PutItem"], decisions, events),
            _items(["Query"], f"{products}/index/{BY_FINGERPRINT.name}", decisions),
            _objects(["DeleteObject", "GetObject"], batches, deletions),
            _objects(["DeleteObject", "PutObject"], failed),
            _objects(["DeleteObject", "GetObject", "PutObject"], progress),
        ],
        "finish_import": [
            _items(["BatchGetItem", "UpdateItem"], runs),
            _items(["PutItem"], events),
            _objects(["GetObject"], named, leaving),
            _objects(["DeleteObject"], named),
            listing,
        ],
    }


def _items(verbs: Sequence[str], *resources: str) -> iam.PolicyStatement:
    return _allow("dynamodb", verbs, *resources)


def _of_hosts(verbs: Sequence[str], table: str) -> iam.PolicyStatement:
    """For the items of hosts alone, none of a run."""
    statement = _items(verbs, table)
    statement.add_condition("ForAllValues:StringLike", {"dynamodb:LeadingKeys": [f"{PLACE}*"]})
    return statement


def _objects(verbs: Sequence[str], *resources: str) -> iam.PolicyStatement:
    return _allow("s3", verbs, *resources)


def _allow(service: str, verbs: Sequence[str], *resources: str) -> iam.PolicyStatement:
    actions = [f"{service}:{verb}" for verb in verbs]
    return iam.PolicyStatement(actions=actions, resources=list(resources))
