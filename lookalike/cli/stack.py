"""A deployed stack, read from its outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.errors import SettingInvalidError

if TYPE_CHECKING:
    from lookalike.aws.settings import SyncSettings
    from lookalike.storage.opensearch.service import OpenSearchService

Stack = Annotated[
    str,
    typer.Option(
        "--stack",
        envvar="LOOKALIKE_STACK",
        help="Name of the deployed stack. Region and credentials are those of the AWS command "
        "line: AWS_PROFILE, AWS_REGION and so on.",
    ),
]

ENDPOINT = "OpenSearchEndpoint"
"""The output with the address of the vector index."""
_NO_SUCH_STACK = "ValidationError"
"""The error code of CloudFormation, also for names that no stack can have."""


def stack_outputs(stack: str, region: str | None = None) -> Mapping[str, str]:
    """The outputs of a stack by name.

    Args:
        stack: name of the stack.
        region: its region; that of boto3's session unless given.

    Raises:
        SettingInvalidError: there is no such stack, or AWS refuses to describe it.
    """
    import boto3

    from lookalike.storage.aws_access import translated_aws_errors

    with translated_aws_errors():
        client = boto3.client("cloudformation", region_name=region)
        try:
            answer = client.describe_stacks(StackName=stack)
        except client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != _NO_SUCH_STACK:
                raise
            raise _no_such_stack(stack, client.meta.region_name) from error
    [found] = answer["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}


def _no_such_stack(stack: str, region: str) -> SettingInvalidError:
    return SettingInvalidError(
        f"There is no stack {stack!r} in region {region} of this account. "
        "Stacks are called Lookalike-<environment>: Lookalike-prod, say."
    )


def read_sync_settings(stack: str) -> SyncSettings:
    """The settings of the stack's stream function.

    Raises:
        SettingInvalidError: AWS refuses to describe the stack, or it is not one of Lookalike.
    """
    from lookalike.aws.settings import SyncSettings
    from lookalike.storage.index_kind import IndexKind

    outputs = stack_outputs(stack)
    endpoint = outputs.get(ENDPOINT)
    kinds = outputs.get("Indices", IndexKind.OPENSEARCH.value).split(",")
    return SyncSettings(
        indices=tuple(map(IndexKind, kinds)),
        products_table=require_output(outputs, "ProductsTable"),
        pictures_table=require_output(outputs, "PicturesTable"),
        imports_table=require_output(outputs, "ImportsTable"),
        decisions_table=require_output(outputs, "DecisionsTable"),
        events_table=require_output(outputs, "EventsTable"),
        opensearch_endpoint=endpoint,
        opensearch_service=signing_service(endpoint or ""),
        changes_table=outputs.get("ChangesTable"),
        snapshots_bucket=outputs.get("SnapshotsBucket"),
        failed_records_bucket=require_output(outputs, "FailedRecordsBucket"),
    )


def require_output(outputs: Mapping[str, str], name: str) -> str:
    """One output.

    Raises:
        SettingInvalidError: there is none of that name.
    """
    if name not in outputs:
        raise SettingInvalidError(f"The stack has no output {name}: it is not one of Lookalike.")
    return outputs[name]


def require_endpoint(outputs: Mapping[str, str]) -> str:
    """The address of the search service.

    Raises:
        SettingInvalidError: the stack has none.
    """
    if ENDPOINT not in outputs and "ChangesTable" in outputs:
        raise SettingInvalidError(
            "The stack has a small index alone, which has no indices to create, switch or drop: "
            "its function compact_index looks after it."
        )
    return require_output(outputs, ENDPOINT)


def used_aliases(outputs: Mapping[str, str]) -> frozenset[str] | None:
    """The aliases of the indices that a stack uses; ``None``: an earlier release deployed it."""
    found = outputs.get("IndexAliases")
    return None if found is None else frozenset(found.split(","))


def signing_service(endpoint: str) -> OpenSearchService:
    """The service to sign for; addresses without encryption belong to test environments."""
    from lookalike.storage.opensearch.service import OpenSearchService

    if endpoint.startswith("http://"):
        return OpenSearchService.UNSIGNED
    is_serverless = ".aoss." in endpoint
    return OpenSearchService.SERVERLESS if is_serverless else OpenSearchService.MANAGED
