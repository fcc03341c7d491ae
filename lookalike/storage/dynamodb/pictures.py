"""Pictures as items of a DynamoDB table, whose stream brings them into the vector index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from typing_extensions import override

from lookalike.pictures import Picture
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.item_changes import ItemChange, Request, Table, require_key
from lookalike.storage.dynamodb.items import Item, picture_from, picture_item
from lookalike.storage.dynamodb.products import DynamodbProducts
from lookalike.storage.dynamodb.schema import NARROW, PICTURES
from lookalike.storage.interfaces import PictureStore
from lookalike.storage.refusals import require_field_lengths, require_unicode

_PAGE = 1_000
"""Pictures that are read at once."""

_AT_ONCE = 16
"""Pictures that a sweep asks about at once: it waits for DynamoDB most of the time."""


@dataclass(frozen=True, slots=True)
class LastSeenUpdate(ItemChange):
    """A picture that is seen: created where it is not stored, else refreshed.

    Each update is counted, too, so that whoever removes a picture can make sure that it was not
    seen meanwhile, even within the same second.

    Attributes:
        item: as it is created.
        stored: as it is stored, so far as is known; the request has that as its condition.
    """

    item: Item
    stored: Item | None

    @override
    def request(self) -> Request:
        if self.stored is None:
            return {
                "Put": {
                    "TableName": self.table.name,
                    "Item": self.item,
                    "ConditionExpression": "attribute_not_exists(last_seen)",
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                }
            }
        if _last_seen(self.stored) < _last_seen(self.item):
            return {
                "Update": self._update(
                    "SET last_seen = :seen ADD times_seen :once",
                    "last_seen < :seen",
                    {":seen": self.item["last_seen"]},
                )
            }
        return {"Update": self._update("ADD times_seen :once", "attribute_exists(last_seen)", {})}

    @override
    def after(self, stored: Item | None) -> Item | None:
        return self.item if stored is None else _seen_again(stored, self.item)

    @override
    def corrected(self, stored: Item | None) -> ItemChange:
        return replace(self, stored=stored)

    def and_again(self, item: Item) -> LastSeenUpdate:
        """This update and another one of the same picture, as one."""
        return replace(self, item=_seen_again(self.item, item))

    def _update(self, expression: str, condition: str, values: Item) -> dict[str, Any]:
        return {
            "TableName": self.table.name,
            "Key": self.table.key_attributes(self.key),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": {":once": {"N": "1"}, **values},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }


@dataclass(frozen=True, slots=True)
class PictureSummary:
    """What the narrow index knows of a picture.

    Attributes:
        fingerprint_id: its key.
        version: of the algorithm.
        last_seen: seconds since the epoch (UTC) when a product last registered it.
        times_seen: how often it was registered.
    """

    fingerprint_id: str
    version: str
    last_seen: int
    times_seen: int


@dataclass(frozen=True, slots=True)
class PicturePage:
    """Some of all pictures, in no order that means anything.

    Attributes:
        pictures: as of moments ago.
        after: from where on the next page goes on; ``None``: this is the last one.
    """

    pictures: Sequence[PictureSummary]
    after: str | None


class DynamodbPictures(PictureStore):
    """The pictures of a table.

    ``count``, ``pages`` and ``sweep`` read its narrow index, which DynamoDB brings up to date
    moments after each write, as a rule within a second. They read all of it, some 150 bytes a
    picture.

    Args:
        database: with this thread's transaction.
        name: of the table.
        products: which tell what shows a picture.
    """

    def __init__(self, database: DynamodbDatabase, name: str, products: DynamodbProducts) -> None:
        self._database = database
        self._table = Table(name, PICTURES)
        self._products = products

    @override
    def put_many(self, pictures: Sequence[Picture]) -> None:
        items = [_item_of(picture) for picture in pictures]
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
            updates[key] = earlier.and_again(item)
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
            lambda item: bool(item["version"]["S"] == version),
            IndexName=NARROW.name,
            FilterExpression="#version = :version",
            ExpressionAttributeNames={"#version": "version"},
            ExpressionAttributeValues={":version": {"S": version}},
        )

    def pages(self, after: str | None = None) -> Iterator[PicturePage]:
        """All pictures, page by page as they are asked for.

        Args:
            after: where an earlier reading has stopped (``PicturePage.after``).
        """
        start = {} if after is None else {"ExclusiveStartKey": self._table.key_attributes((after,))}
        scan = {"IndexName": NARROW.name, "Limit": _PAGE, **start}
        for page in self._database.pages("scan", self._table, **scan):
            last = page.get("LastEvaluatedKey")
            pictures = [_summary_from(item) for item in page["Items"]]
            yield PicturePage(pictures, last["fingerprint_id"]["S"] if last else None)

    @override
    def sweep(self, last_seen_before: int) -> int:
        """See ``PictureStore``; not for use within a transaction."""
        if self._database.in_transaction:
            raise RuntimeError("A sweep writes at once: it cannot be part of a transaction.")
        return sum(self.sweep_page(page, last_seen_before) for page in self.pages())

    def sweep_page(self, page: PicturePage, last_seen_before: int) -> int:
        """What ``sweep`` does, for the pictures of one page.

        A registration writes the picture in the transaction that writes the product. So where
        the index by fingerprint does not show the product yet, the picture has been seen once
        more than the page says, or was created anew, and stays.
        """
        candidates = [p for p in page.pictures if p.last_seen < last_seen_before]
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            return sum(threads.map(self._remove_unshown, candidates))

    def _remove_unshown(self, picture: PictureSummary) -> bool:
        """Whether no product showed it, and it was not seen again meanwhile."""
        return not self._products.is_shown(picture.fingerprint_id) and self._database.remove(
            self._table,
            (picture.fingerprint_id,),
            "times_seen = :times_seen AND last_seen = :last_seen",
            times_seen={"N": str(picture.times_seen)},
            last_seen={"N": str(picture.last_seen)},
        )


def _item_of(picture: Picture) -> Item:
    """The item of a picture that can be stored.

    Raises:
        BadParameterError: a text has a lone surrogate, or the id cannot be a key.
        ValueError: a hash has not the length of its field.
    """
    fingerprint = picture.fingerprint
    require_unicode([fingerprint.fingerprint_id, fingerprint.version, *fingerprint.hashes])
    require_key(fingerprint.fingerprint_id)
    require_field_lengths(fingerprint.hashes)
    return picture_item(picture)


def _last_seen(item: Item) -> int:
    return int(item["last_seen"]["N"])


def _seen_again(item: Item, other: Item) -> Item:
    """The item of a picture that does not change, but for when it was last seen."""
    return {**item, "last_seen": max(item, other, key=_last_seen)["last_seen"]}


def _summary_from(item: Item) -> PictureSummary:
    """What an item lacks that another program has written is empty.

    So it is of no version that is compared, and it is never swept: that has as its condition what
    the item lacks.
    """
    return PictureSummary(
        fingerprint_id=item["fingerprint_id"]["S"],
        version=item.get("version", {}).get("S", ""),
        last_seen=int(item.get("last_seen", {}).get("N", 0)),
        times_seen=int(item.get("times_seen", {}).get("N", 0)),
    )
