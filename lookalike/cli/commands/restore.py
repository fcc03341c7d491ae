"""``lookalike restore``."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lookalike.cli.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from lookalike.storage.dynamodb.schema import TableSchema

_THREADS = 16
"""Items that are written at once: each write waits for DynamoDB most of the time."""
_BATCH_SIZE = 160

Kind = Literal["products", "pictures", "imports", "decisions", "events"]


def restore(
    kind: Annotated[
        Kind, typer.Argument(metavar="TABLE", help="The table of the stack to restore items of.")
    ],
    source: Annotated[str, typer.Option("--from", help="Name of the restored copy of that table.")],
    stack: Stack,
) -> None:
    """Copy lost items of a table back, from a restored copy of the table.

    Only missing items are written; existing ones stay unchanged, so the command can be stopped and
    run again at any time. Restore products first, then pictures: pictures that no product shows are
    swept, but a restored one not for a day. Items that were deleted on purpose come back.
    """
    import boto3

    from lookalike.cli.stack import require_output, stack_outputs
    from lookalike.storage.aws_access import translated_aws_errors
    from lookalike.storage.dynamodb.schema import LAST_SEEN, TABLES
    from lookalike.terminal import console

    target = require_output(stack_outputs(stack), f"{kind.capitalize()}Table")
    schema = TABLES[kind]
    replaced = {LAST_SEEN: {"N": str(int(time.time()))}} if kind == "pictures" else {}
    done: Counter[str] = Counter()
    try:
        with translated_aws_errors():
            for outcome in _copied(boto3.client("dynamodb"), source, target, schema, replaced):
                done[outcome] += 1
    finally:
        for outcome in ("copied", "there"):
            console.print(f"{outcome:<10} {done[outcome]}")


def _copied(
    client: DynamoDBClient,
    source: str,
    target: str,
    schema: TableSchema,
    replaced: Mapping[str, Any],
) -> Iterator[str]:
    """For each item of a table, the result: ``copied`` or ``there`` (it existed).

    Args:
        client: client of DynamoDB.
        source: name of the table to read.
        target: name of the table to write.
        schema: schema of both.
        replaced: attributes that get these values instead of the copied ones.
    """
    from concurrent.futures import ThreadPoolExecutor
    from functools import partial

    from rich.progress import track

    from lookalike.terminal import errors

    table = client.describe_table(TableName=source)["Table"]
    _require_key(table["KeySchema"], source, schema)
    items = (
        {**item, **replaced}
        for page in client.get_paginator("scan").paginate(TableName=source, ConsistentRead=True)
        for item in page["Items"]
    )
    write = partial(_write, client, target, schema.key[0].name)
    with ThreadPoolExecutor(_THREADS) as threads:
        bar = track(
            items,
            "Copying",
            total=table["ItemCount"] or None,
            console=errors,
            disable=not errors.is_terminal,
        )
        for batch in _batches(bar):
            yield from threads.map(write, batch)


def _require_key(key: list[Any], source: str, schema: TableSchema) -> None:
    from lookalike.errors import SettingInvalidError

    names = [each["AttributeName"] for each in key]
    if names != [attribute.name for attribute in schema.key]:
        raise SettingInvalidError(f"{source} is not a copy of that table: its key is {names}.")


def _batches(items: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    from itertools import islice

    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH_SIZE)):
        yield batch


def _write(client: DynamoDBClient, target: str, key: str, item: Mapping[str, Any]) -> str:
    try:
        client.put_item(
            TableName=target,
            Item=item,
            ConditionExpression="attribute_not_exists(#key)",
            ExpressionAttributeNames={"#key": key},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return "there"
    return "copied"
