"""The change of a picture's item when models embed the picture later, or refuse it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from typing_extensions import override

from lookalike.storage.dynamodb.attributes import BINARIES, BINARY, TEXT, Item
from lookalike.storage.dynamodb.item_changes import ItemChange, ItemGoneError, Request
from lookalike.storage.dynamodb.schema import EMBEDDINGS, FINGERPRINT_ID

REFUSED_BY = "refused_by:"
"""Begins the name of an attribute of an item, with the reason why a model never embeds the picture;
the version of the model follows."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """What became of a picture.

    Attributes:
        packed: its new embeddings by version.
        refused: why models never embed it, by version.
    """

    packed: Mapping[str, bytes]
    refused: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EmbeddingsUpdate(ItemChange):
    """Adds embeddings to the item of a picture that has none of these versions.

    Attributes:
        embedded: what is added.
        has_others: whether it has embeddings of other versions, as far as is known.
    """

    embedded: Embedded
    has_others: bool

    @override
    def request(self) -> Request:
        parts = [_refusals(self.embedded.refused)]
        if self.embedded.packed:
            added = _further if self.has_others else _first
            parts += [added(self.embedded.packed), _forgotten(self.embedded.packed)]
        sets = ", ".join(each for part in parts for each in part.sets)
        removed = ", ".join(each for part in parts for each in part.removed)
        conditions = [f"attribute_exists({FINGERPRINT_ID})"]
        conditions += [each for part in parts for each in part.conditions]
        names = {name: each for part in parts for name, each in part.names.items()}
        return {
            "Update": {
                "TableName": self.table.name,
                "Key": self.table.key_attributes(self.key),
                "UpdateExpression": f"SET {sets}" + (f" REMOVE {removed}" if removed else ""),
                "ConditionExpression": " AND ".join(conditions),
                **({"ExpressionAttributeNames": names} if names else {}),
                "ExpressionAttributeValues": {
                    name: each for part in parts for name, each in part.values.items()
                },
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    @override
    def after(self, stored: Item | None) -> Item | None:
        return stored

    @override
    def corrected(self, stored: Item | None) -> ItemChange:
        """What the item lacks now.

        Raises:
            ItemGoneError: it is not there any more, or lacks nothing.
        """
        has = BINARIES.read(stored[EMBEDDINGS]) if stored and EMBEDDINGS in stored else {}
        packed = {v: each for v, each in self.embedded.packed.items() if v not in has}
        if stored is None or not (packed or self.embedded.refused):
            raise ItemGoneError
        return replace(
            self,
            embedded=replace(self.embedded, packed=packed),
            has_others=EMBEDDINGS in stored,
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an update expression, with its placeholders."""

    sets: Sequence[str] = ()
    removed: Sequence[str] = ()
    conditions: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    values: Item = field(default_factory=dict)


def _refusals(reasons: Mapping[str, str]) -> _Part:
    """Note why models refuse the picture."""
    return _Part(
        sets=[f"#n{n} = :n{n}" for n in range(len(reasons))],
        names={f"#n{n}": f"{REFUSED_BY}{version}" for n, version in enumerate(reasons)},
        values={f":n{n}": TEXT.write(why) for n, why in enumerate(reasons.values())},
    )


def _forgotten(packed: Mapping[str, bytes]) -> _Part:
    """Remove the refusals of these versions, if there are any."""
    return _Part(
        removed=[f"#r{n}" for n in range(len(packed))],
        names={f"#r{n}": f"{REFUSED_BY}{version}" for n, version in enumerate(packed)},
    )


def _first(packed: Mapping[str, bytes]) -> _Part:
    """Add the first embeddings of an item."""
    return _Part(
        sets=[f"{EMBEDDINGS} = :all"],
        conditions=[f"attribute_not_exists({EMBEDDINGS})"],
        values={":all": BINARIES.write(packed)},
    )


def _further(packed: Mapping[str, bytes]) -> _Part:
    """Add embeddings beside others."""
    lacks = [f"attribute_not_exists({EMBEDDINGS}.#v{n})" for n in range(len(packed))]
    return _Part(
        sets=[f"{EMBEDDINGS}.#v{n} = :v{n}" for n in range(len(packed))],
        conditions=[f"attribute_exists({EMBEDDINGS})", *lacks],
        names={f"#v{n}": version for n, version in enumerate(packed)},
        values={f":v{n}": BINARY.write(each) for n, each in enumerate(packed.values())},
    )
