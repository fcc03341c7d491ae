"""Pictures as items of a DynamoDB table, whose stream brings them into the vector index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from typing_extensions import override

from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.dynamodb.attributes import INTEGER, TEXT, Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.item_changes import Table, require_key
from lookalike.storage.dynamodb.items import picture_from, picture_item
from lookalike.storage.dynamodb.last_seen import LastSeenUpdate
from lookalike.storage.dynamodb.products import DynamodbProducts, scanned
from lookalike.storage.dynamodb.schema import (
    FINGERPRINT_ATTRIBUTES,
    FINGERPRINT_ID,
    HASHES,
    LAST_SEEN,
    NARROW,
    PICTURES,
    TIMES_SEEN,
    VERSION,
)
from lookalike.storage.paging import WHOLE, PagedPictures, PicturePage, PictureSummary, Segment
from lookalike.storage.refusals import require_field_lengths, require_unicode
from lookalike.storage.scan_progress import Cursor

_INDEXED = (FINGERPRINT_ID, VERSION, HASHES)
_PAGE_SIZE = 1_000
"""Pictures of one page."""

ENTRIES_OF_PAGE = 500
"""Pictures of a page of entries, at most: DynamoDB reads a megabyte, some 60 of them."""

_SWEEP_THREADS = 16
"""Pictures that a sweep handles at once: it waits for DynamoDB most of the time."""


class DynamodbPictures(PagedPictures):
    """The pictures of a table.

    ``count``, ``pages`` and ``sweep`` read the whole narrow index, some 150 bytes a picture.
    DynamoDB updates that index moments after each write, as a rule within a second.

    Args:
        database: reads and writes items.
        name: name of the table.
        products: tells whether a product shows a picture.
    """

    def __init__(self, database: DynamodbDatabase, name: str, products: DynamodbProducts) -> None:
        self._database = database
        self._table = Table(name, PICTURES)
        self._products = products

    @override
    def put_many(self, pictures: Sequence[Picture]) -> None:
        items = [_valid_item(picture) for picture in pictures]
        keys = {self._table.item_key(item) for item in items}
        updates = {
            key: update
            for key, update in self._database.pending(self._table).items()
            if key in keys and isinstance(update, LastSeenUpdate)
        }
        stored = self._database.read(self._table, keys - updates.keys())
        for item in items:
            key = self._table.item_key(item)
            earlier = updates.get(key) or LastSeenUpdate(self._table, key, item, stored.get(key))
            updates[key] = earlier.merged_with(item)
        self._database.write(list(updates.values()))

    @override
    def get_many(self, fingerprint_ids: Iterable[str]) -> dict[str, Picture]:
        wanted = list(fingerprint_ids)
        require_unicode(wanted)
        items = self._database.get(self._table, ((key,) for key in wanted))
        return {fingerprint_id: picture_from(item) for (fingerprint_id,), item in items.items()}

    @override
    def count(self, version: str | None = None) -> int:
        if version is None:
            return self._database.count(self._table, lambda _: True, IndexName=NARROW.name)
        return self._database.count(
            self._table,
            lambda item: bool(TEXT.read(item[VERSION]) == version),
            IndexName=NARROW.name,
            FilterExpression="#version = :version",
            ExpressionAttributeNames={"#version": VERSION},
            ExpressionAttributeValues={":version": TEXT.write(version)},
        )

    @override
    def pages(self, after: str | None = None, segment: Segment = WHOLE) -> Iterator[PicturePage]:
        start = {} if after is None else {"ExclusiveStartKey": self._table.key_attributes((after,))}
        scan = {"IndexName": NARROW.name, "Limit": _PAGE_SIZE, **scanned(segment), **start}
        for page in self._database.pages("scan", self._table, **scan):
            last = page.get("LastEvaluatedKey")
            pictures = [_summary(item) for item in page["Items"]]
            yield PicturePage(pictures, TEXT.read(last[FINGERPRINT_ID]) if last else None)

    def entries(
        self, segment: int, segments: int, after: Cursor
    ) -> tuple[list[VectorEntry], Cursor]:
        """A page of what an index has, and the cursor of the next one, in one of some segments.

        It reads the whole table: 2.5 units a picture. Items that are no pictures are left out.

        Raises:
            StorageUnavailableError: DynamoDB does not answer.
        """
        start = {"ExclusiveStartKey": after} if after else {}
        scan = {"Segment": segment, "TotalSegments": segments, "Limit": ENTRIES_OF_PAGE, **start}
        page = next(self._database.pages("scan", self._table, **scan))
        found = (_entry(item) for item in page["Items"])
        return [entry for entry in found if entry], page.get("LastEvaluatedKey")

    @override
    def sweep(self, last_seen_before: int) -> int:
        """See ``PictureStore``; not for use within a transaction."""
        if self._database.in_transaction:
            raise RuntimeError("A sweep writes at once: it cannot be part of a transaction.")
        return sum(self.sweep_page(page, last_seen_before) for page in self.pages())

    @override
    def sweep_page(self, page: PicturePage, last_seen_before: int) -> int:
        """See ``PagedPictures``.

        A registration writes the picture in the transaction that writes the product. So where the
        index by fingerprint does not show the product yet, the picture was registered once more
        than the page says, or created again, and stays.
        """
        candidates = [p for p in page.pictures if p.last_seen < last_seen_before]
        with ThreadPoolExecutor(_SWEEP_THREADS) as threads:
            return sum(threads.map(self._remove_unshown, candidates))

    def _remove_unshown(self, picture: PictureSummary) -> bool:
        """Remove a picture unless a product shows it or it was registered again; whether it was."""
        return not self._products.is_shown(picture.fingerprint_id) and self._database.remove(
            self._table,
            (picture.fingerprint_id,),
            f"{TIMES_SEEN} = :times_seen AND {LAST_SEEN} = :last_seen",
            times_seen=INTEGER.write(picture.times_seen),
            last_seen=INTEGER.write(picture.last_seen),
        )


def _valid_item(picture: Picture) -> Item:
    """The item of a picture.

    Raises:
        BadParameterError: a text has a lone surrogate, or the id cannot be a key.
        ValueError: a hash has not the length of its field.
    """
    fingerprint = picture.fingerprint
    require_unicode([fingerprint.fingerprint_id, fingerprint.version, *fingerprint.hashes])
    require_key(fingerprint.fingerprint_id)
    require_field_lengths(fingerprint.hashes)
    return picture_item(picture)


def _entry(item: Item) -> VectorEntry | None:
    """The entry of an item; ``None`` where another program wrote it, or it is damaged."""
    try:
        return VectorEntry(
            **{name: FINGERPRINT_ATTRIBUTES[name].read(item[name]) for name in _INDEXED}
        )
    except (LookupError, TypeError, ValueError):
        return None


def _summary(item: Item) -> PictureSummary:
    """The summary of an item of the narrow index.

    An item that another program wrote may lack attributes. Its version is then empty, so that it is
    not reconciled, and it is never swept, since the condition names attributes that it lacks.
    """
    return PictureSummary(
        fingerprint_id=TEXT.read(item[FINGERPRINT_ID]),
        version=item.get(VERSION, {}).get("S", ""),
        last_seen=int(item.get(LAST_SEEN, {}).get("N", 0)),
        times_seen=int(item.get(TIMES_SEEN, {}).get("N", 0)),
    )
