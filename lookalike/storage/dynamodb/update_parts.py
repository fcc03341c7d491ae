"""Parts of an update of an item, each with its placeholders, and the request that they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lookalike.storage.dynamodb.attributes import BINARIES, BINARY, Item
from lookalike.storage.dynamodb.item_changes import Key, Request, Table
from lookalike.storage.dynamodb.schema import EMBEDDINGS

REFUSED_BY = "refused_by:"
"""Begins the name of an attribute of an item, with the reason why a model never embeds the picture;
the version of the model follows."""


@dataclass(frozen=True, slots=True)
class UpdatePart:
    """A part of an update.

    Attributes:
        sets: assignments.
        removed: names of attributes.
        added: what is added to attributes that are numbers.
        conditions: that all have to hold.
        names: names of attributes by placeholder.
        values: attribute values by placeholder.
    """

    sets: Sequence[str] = ()
    removed: Sequence[str] = ()
    added: Sequence[str] = ()
    conditions: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    values: Item = field(default_factory=dict)


def update_request(table: Table, key: Key, parts: Sequence[UpdatePart]) -> Request:
    """The request that updates an item by all of these parts, or by none."""
    clauses = {
        "SET": [each for part in parts for each in part.sets],
        "REMOVE": [each for part in parts for each in part.removed],
        "ADD": [each for part in parts for each in part.added],
    }
    written = (f"{word} {', '.join(found)}" for word, found in clauses.items() if found)
    names = {name: each for part in parts for name, each in part.names.items()}
    values = {name: each for part in parts for name, each in part.values.items()}
    return {
        "Update": {
            "TableName": table.name,
            "Key": table.key_attributes(key),
            "UpdateExpression": " ".join(written),
            "ConditionExpression": " AND ".join(e for part in parts for e in part.conditions),
            **({"ExpressionAttributeNames": names} if names else {}),
            **({"ExpressionAttributeValues": values} if values else {}),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def added_embeddings(packed: Mapping[str, bytes], *, has_others: bool) -> list[UpdatePart]:
    """Add embeddings of versions that an item lacks, in place of refusals by these models.

    Args:
        packed: by version; may be empty.
        has_others: whether the item has embeddings of other versions.
    """
    if not packed:
        return []
    return [_further(packed) if has_others else _first(packed), _forgotten(packed)]


def _forgotten(packed: Mapping[str, bytes]) -> UpdatePart:
    """Remove the refusals of these versions, if there are any."""
    return UpdatePart(
        removed=[f"#r{n}" for n in range(len(packed))],
        names={f"#r{n}": f"{REFUSED_BY}{version}" for n, version in enumerate(packed)},
    )


def _first(packed: Mapping[str, bytes]) -> UpdatePart:
    """Add the first embeddings of an item."""
    return UpdatePart(
        sets=[f"{EMBEDDINGS} = :all"],
        conditions=[f"attribute_not_exists({EMBEDDINGS})"],
        values={":all": BINARIES.write(packed)},
    )


def _further(packed: Mapping[str, bytes]) -> UpdatePart:
    """Add embeddings beside others."""
    lacks = [f"attribute_not_exists({EMBEDDINGS}.#v{n})" for n in range(len(packed))]
    return UpdatePart(
        sets=[f"{EMBEDDINGS}.#v{n} = :v{n}" for n in range(len(packed))],
        conditions=[f"attribute_exists({EMBEDDINGS})", *lacks],
        names={f"#v{n}": version for n, version in enumerate(packed)},
        values={f":v{n}": BINARY.write(each) for n, each in enumerate(packed.values())},
    )
