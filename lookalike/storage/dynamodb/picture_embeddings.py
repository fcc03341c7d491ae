"""Embeddings that are added to the stored pictures of a table; nothing else of them changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lookalike.pictures import Fingerprint
from lookalike.storage.dynamodb.attributes import TEXT, Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.embeddings_update import (
    Embedded,
    EmbeddingRemoval,
    EmbeddingsUpdate,
)
from lookalike.storage.dynamodb.item_changes import ItemGoneError, Table
from lookalike.storage.dynamodb.items import picture_from
from lookalike.storage.dynamodb.schema import (
    EMBEDDINGS,
    FINGERPRINT_ID,
    PICTURES,
    VERSION,
)
from lookalike.storage.dynamodb.update_parts import REFUSED_BY
from lookalike.storage.scan_progress import Cursor

PICTURES_OF_PAGE = 64
"""Pictures of a page, at most: about a megabyte, which DynamoDB reads at a time."""
_DAMAGED = (LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class UnembeddedPicture:
    """A stored picture that lacks embeddings.

    Attributes:
        fingerprint_id: of the picture.
        fingerprint: of the picture; ``None``: its item is damaged.
        missing: the versions that it lacks.
        refused: why models never embed it, by version.
    """

    fingerprint_id: str
    fingerprint: Fingerprint | None
    missing: Sequence[str]
    refused: Mapping[str, str]


class PictureEmbeddings:
    """The embeddings of the pictures of a table.

    Args:
        database: reads and writes items.
        name: name of the table.
    """

    def __init__(self, database: DynamodbDatabase, name: str) -> None:
        self._database = database
        self._table = Table(name, PICTURES)

    def unembedded(
        self,
        algorithm: str,
        versions: Sequence[str],
        segment: int,
        segments: int,
        after: Cursor,
    ) -> tuple[list[UnembeddedPicture], Cursor]:
        """The pictures of a page that lack embeddings, and the cursor of the next page.

        It reads the whole table: 2.5 units a picture.

        Args:
            algorithm: version of the fingerprints; others are passed over.
            versions: of models; one or more.
            segment: number of the part that is read, from 0.
            segments: how many parts there are.
            after: where the page begins.

        Raises:
            StorageUnavailableError: DynamoDB does not answer.
            StorageInvalidError: there is no such table, or it may not be read.
        """
        start = {"ExclusiveStartKey": after} if after else {}
        part = {"Segment": segment, "TotalSegments": segments, "Limit": PICTURES_OF_PAGE, **start}
        lacks = _lacking(algorithm, versions)
        page = next(self._database.pages("scan", self._table, **part, **lacks))
        found = [_unembedded(item, versions) for item in page["Items"]]
        return found, page.get("LastEvaluatedKey")

    def drop(self, version: str, segment: int, segments: int, after: Cursor) -> tuple[int, Cursor]:
        """Remove the embeddings and refusals of a version from a page of the table.

        DynamoDB counts the whole item for each: 17 to 19 write units.

        Args:
            version: of a model that nothing uses.
            segment: number of the part that is read, from 0.
            segments: how many parts there are.
            after: where the page begins.

        Returns:
            How many pictures had one, and the cursor of the next page.

        Raises:
            StorageUnavailableError: DynamoDB does not answer.
            StorageInvalidError: there is no such table, or it may not be written.
        """
        start = {"ExclusiveStartKey": after} if after else {}
        part = {"Segment": segment, "TotalSegments": segments, "Limit": PICTURES_OF_PAGE, **start}
        page = next(self._database.pages("scan", self._table, **part, **_having(version)))
        for item in page["Items"]:
            key = (TEXT.read(item[FINGERPRINT_ID]),)
            change = EmbeddingRemoval(self._table, key, version, EMBEDDINGS in item)
            with suppress(ItemGoneError):
                self._database.write([change])
        return len(page["Items"]), page.get("LastEvaluatedKey")

    def refusal(self, version: str, fingerprint_id: str) -> str | None:
        """Why a model never embeds a picture; ``None``: it does, or was not asked.

        Raises:
            StorageUnavailableError: DynamoDB does not answer.
        """
        name = f"{REFUSED_BY}{version}"
        [item] = self._database.read(self._table, [(fingerprint_id,)]).values() or [{}]
        return str(TEXT.read(item[name])) if name in item else None

    def write(self, picture: UnembeddedPicture, embedded: Embedded) -> bool:
        """Add embeddings and refusals to a picture; whether it was there, and lacked them.

        What it has meanwhile stays. An embedding that it gets takes the place of a refusal.

        Raises:
            StorageUnavailableError: DynamoDB does not answer.
        """
        had = picture.fingerprint is not None and bool(picture.fingerprint.embeddings)
        key = (picture.fingerprint_id,)
        change = EmbeddingsUpdate(self._table, key, embedded, has_others=had)
        try:
            self._database.write([change])
        except ItemGoneError:
            return False
        return True


def _lacking(algorithm: str, versions: Sequence[str]) -> dict[str, Any]:
    """Parameters of a scan for pictures that lack an embedding."""
    names = {f"#v{n}": version for n, version in enumerate(versions)}
    lacks = " OR ".join(f"attribute_not_exists({EMBEDDINGS}.{name})" for name in names)
    return {
        "FilterExpression": f"#version = :algorithm AND ({lacks})",
        "ExpressionAttributeNames": {"#version": VERSION, **names},
        "ExpressionAttributeValues": {":algorithm": TEXT.write(algorithm)},
    }


def _having(version: str) -> dict[str, Any]:
    """Parameters of a scan for pictures that have an embedding or a refusal of a version."""
    has = f"attribute_exists({EMBEDDINGS}.#v) OR attribute_exists(#r)"
    return {
        "FilterExpression": has,
        "ProjectionExpression": f"{FINGERPRINT_ID}, {EMBEDDINGS}.#v",
        "ExpressionAttributeNames": {"#v": version, "#r": f"{REFUSED_BY}{version}"},
    }


def _unembedded(item: Item, versions: Sequence[str]) -> UnembeddedPicture:
    try:
        fingerprint = picture_from(item).fingerprint
    except _DAMAGED:
        fingerprint = None
    has = fingerprint.embeddings if fingerprint else {}
    missing = [version for version in versions if version not in has]
    refused = {
        version: TEXT.read(item[name])
        for version in missing
        if (name := f"{REFUSED_BY}{version}") in item
    }
    return UnembeddedPicture(TEXT.read(item[FINGERPRINT_ID]), fingerprint, missing, refused)
