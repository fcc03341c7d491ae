"""The change of a picture's item when models embed the picture later, or refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from typing_extensions import override

from lookalike.storage.dynamodb.attributes import BINARIES, TEXT, Item
from lookalike.storage.dynamodb.item_changes import ItemChange, ItemGoneError, Request
from lookalike.storage.dynamodb.schema import EMBEDDINGS, FINGERPRINT_ID
from lookalike.storage.dynamodb.update_parts import (
    REFUSED_BY,
    UpdatePart,
    added_embeddings,
    update_request,
)


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
        return update_request(
            self.table,
            self.key,
            [
                UpdatePart(conditions=[f"attribute_exists({FINGERPRINT_ID})"]),
                _refusals(self.embedded.refused),
                *added_embeddings(self.embedded.packed, has_others=self.has_others),
            ],
        )

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
class EmbeddingRemoval(ItemChange):
    """Removes what an item has of one version of a model: its embedding, or its refusal.

    Attributes:
        version: of the model.
        has_embeddings: whether the item has embeddings, of any version.
    """

    version: str
    has_embeddings: bool

    @override
    def request(self) -> Request:
        removed, names = ["#r"], {"#r": f"{REFUSED_BY}{self.version}"}
        conditions = [f"attribute_exists({FINGERPRINT_ID})"]
        if self.has_embeddings:
            removed.append(f"{EMBEDDINGS}.#v")
            conditions.append(f"attribute_exists({EMBEDDINGS})")
            names["#v"] = self.version
        part = UpdatePart(removed=removed, conditions=conditions, names=names)
        return update_request(self.table, self.key, [part])

    @override
    def after(self, stored: Item | None) -> Item | None:
        return stored

    @override
    def corrected(self, stored: Item | None) -> ItemChange:
        """The same for the item as it is now.

        Raises:
            ItemGoneError: it is not there any more.
        """
        if stored is None:
            raise ItemGoneError
        return replace(self, has_embeddings=EMBEDDINGS in stored)


def _refusals(reasons: Mapping[str, str]) -> UpdatePart:
    """Note why models refuse the picture."""
    return UpdatePart(
        sets=[f"#n{n} = :n{n}" for n in range(len(reasons))],
        names={f"#n{n}": f"{REFUSED_BY}{version}" for n, version in enumerate(reasons)},
        values={f":n{n}": TEXT.write(why) for n, why in enumerate(reasons.values())},
    )
