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

_AT_ONCE = 16
"""Items that are written at once: each write waits for DynamoDB most of the time."""

Kind = Literal["products", "pictures", "imports"]


def restore(
    kind: Annotated[Kind, typer.Argument(help="Which table of the stack is to be filled up.")],
    source: Annotated[
        str, typer.Option("--from", help="Name of the table that was restored beside it.")
    ],
    stack: Stack,
) -> None:
    """Copy back what a table has lost, from a copy of it as it was.

    Only what is missing is written: what is there stays as it is, so this can be stopped and run
    again at any time. Products first, then pictures: those that no product shows are swept, but no
    restored one for a day. Items that were deleted on purpose come back.
    """
    import boto3

    from lookalike.cli.stack import require_output, stack_outputs
    from lookalike.storage.aws_access import translated_aws_errors
    from lookalike.storage.dynamodb import schema as dynamodb_schema
    from lookalike.terminal import console

    target = require_output(stack_outputs(stack), f"{kind.capitalize()}Table")
    schema: TableSchema = getattr(dynamodb_schema, kind.upper())
    anew = {"last_seen": {"N": str(int(time.time()))}} if kind == "pictures" else {}
    done: Counter[str] = Counter()
    try:
        with translated_aws_errors():
            for outcome in _copied(boto3.client("dynamodb"), source, target, schema, anew):
                done[outcome] += 1
    finally:
        for outcome in ("copied", "there"):
            console.print(f"{outcome:<10} {done[outcome]}")


def _copied(
    client: DynamoDBClient, source: str, target: str, schema: TableSchema, anew: Mapping[str, Any]
) -> Iterator[str]:
    """For each item of a table, what became of it: ``copied`` or ``there``.

    Args:
        client: of DynamoDB.
        source: table that is read.
        target: table that is written.
        schema: of both.
        anew: attributes that are not copied but have these values.
    """
    from concurrent.futures import ThreadPoolExecutor
    from functools import partial

    from rich.progress import track

    from lookalike.terminal import errors

    table = client.describe_table(TableName=source)["Table"]
    _require_key(table["KeySchema"], source, schema)
    items = (
        {**item, **anew}
        for page in client.get_paginator("scan").paginate(TableName=source, ConsistentRead=True)
        for item in page["Items"]
    )
    write = partial(_write, client, target, schema.key[0].name)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        bar = track(
            items,
            "Copying",
            total=table["ItemCount"] or None,
            console=errors,
            disable=not errors.is_terminal,
        )
        for lot in _lots(bar):
            yield from threads.map(write, lot)


def _require_key(key: list[Any], source: str, schema: TableSchema) -> None:
    from lookalike.errors import SettingInvalidError

    names = [each["AttributeName"] for each in key]
    if names != [attribute.name for attribute in schema.key]:
        raise SettingInvalidError(f"{source} is no copy of that table: its key is {names}.")


def _lots(items: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    from itertools import islice

    iterator = iter(items)
    while lot := list(islice(iterator, 10 * _AT_ONCE)):
        yield lot


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
