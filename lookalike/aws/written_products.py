"""Registers what another program writes into the products table: the stream names the items."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lookalike.catalogue.adoption.table_feed import values_of_item
from lookalike.catalogue.feeds.feed import Feed, Record, Value
from lookalike.catalogue.rows import CatalogueReader
from lookalike.errors import ImageUnreachableError, LookalikeError
from lookalike.images.isolation.absence import DecoderUnavailableError
from lookalike.imports.batch import Batch
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.storage.dynamodb.attributes import Item
from lookalike.storage.dynamodb.schema import ENTITY_ID
from lookalike.storage.dynamodb.written_items import WrittenItems, is_waiting
from lookalike.storage.import_runs import FailedRow
from lookalike.sync.stream_records import created_at

ATTRIBUTES = "attributes"
PATIENCE_SECONDS = 900.0
"""How long an item waits for a host that does not answer, or for a decoder. Others of its shard
wait as long, so these are minutes, not the hours that a record lasts."""
_MAY_PASS = frozenset({ImageUnreachableError.code, DecoderUnavailableError.code})
ItemsById = Mapping[str, Item]


@dataclass(frozen=True, slots=True)
class WrittenOutcome:
    """What has become of records.

    Attributes:
        registered: items that are products now.
        refused: items that have the reason in them.
        is_over: whether all are settled; else the records have to come again.
    """

    registered: int = 0
    refused: int = 0
    is_over: bool = True


class WrittenProducts:
    """Registers items that another program wrote, or notes on them why not.

    The records of the stream only name items. What becomes of each is read from the table at that
    moment, so that neither the order nor the number of records matters.

    Args:
        items: the table.
        loader: builds what loads these items; its writes fail where an item is written again
            meanwhile.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self,
        items: WrittenItems,
        loader: Callable[[ItemsById], CatalogueImport],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._items = items
        self._loader = loader
        self._clock = clock

    def apply(self, records: Sequence[Mapping[str, Any]]) -> WrittenOutcome:
        """Settle the items of a batch of records. Twice is the same as once."""
        try:
            named = dict(_named(records))
            waiting = self._items.waiting(named)
            return self._settle(waiting, named) if waiting else WrittenOutcome()
        except LookalikeError:
            return WrittenOutcome(is_over=False)

    def _settle(self, waiting: ItemsById, named: Mapping[str, float]) -> WrittenOutcome:
        """Register items, of which it is known when they were written, or refuse them."""
        items, batches = list(waiting.values()), list[Batch]()
        records = [Record(number, _values(item)) for number, item in enumerate(items)]
        columns = dict.fromkeys(name for record in records for name in record.values)
        reader = CatalogueReader(Feed("items", list(columns), iter(records)))
        self._loader(waiting).run(reader, batches.append)
        failures = [failure for batch in batches for failure in batch.failures]
        written = [named[entity_id] for entity_id in waiting]
        final = [each for each in failures if not self._may_pass(each, written[each.row])]
        refused = sum(
            self._items.refuse(items[failure.row], failure.code, failure.detail)
            for failure in final
        )
        done = sum(batch.done for batch in batches)
        return WrittenOutcome(done, refused, is_over=len(final) == len(failures))

    def _may_pass(self, failure: FailedRow, written: float) -> bool:
        """Return whether to wait for what has failed for the moment."""
        return failure.code in _MAY_PASS and self._clock() - written < PATIENCE_SECONDS


def _named(records: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, float]]:
    """The items that records are about, but for those that need nothing, and their times."""
    for record in records:
        change = record.get("dynamodb", {})
        if is_waiting(change.get("NewImage", {})):
            yield change["NewImage"][ENTITY_ID]["S"], created_at(record) or 0.0


def _values(item: Item) -> dict[str, Value]:
    """The texts of an item; a map or JSON named ``attributes`` is one of attributes."""
    own = values_of_item({name: each for name, each in item.items() if name != ATTRIBUTES})
    return {**_attributes(item.get(ATTRIBUTES, {})), **own}


def _attributes(stored: Mapping[str, Any]) -> dict[str, Value]:
    if "M" in stored:
        return values_of_item(stored["M"])
    try:
        found = json.loads(stored.get("S", "{}"))
    except ValueError:
        return {}
    return {key: str(each) for key, each in found.items()} if isinstance(found, dict) else {}
