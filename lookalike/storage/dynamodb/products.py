"""Products as items of a DynamoDB table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from heapq import merge
from typing import Any

from typing_extensions import override

from lookalike.products import Product
from lookalike.storage.dynamodb.attributes import TEXT, Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.flags import DynamodbFlags
from lookalike.storage.dynamodb.further_pictures import (
    ONLY_PRODUCTS,
    further_changes,
    is_product,
    leftover_changes,
    require_unreserved,
)
from lookalike.storage.dynamodb.item_changes import (
    Delete,
    ItemChange,
    ItemGoneError,
    Key,
    Put,
    StoredDelete,
    Table,
    require_key,
)
from lookalike.storage.dynamodb.items import product_from, product_item, readable_product
from lookalike.storage.dynamodb.products_by_picture import stored_showing
from lookalike.storage.dynamodb.schema import ENTITY_ID, PRODUCTS
from lookalike.storage.dynamodb.written_items import why_unregistered
from lookalike.storage.interfaces import PutOutcome
from lookalike.storage.listing import (
    DEFAULT_LIMIT,
    EVERY_PRODUCT,
    ProductFilter,
    ProductPage,
    cut,
)
from lookalike.storage.paging import WHOLE, PagedProducts, Segment
from lookalike.storage.product_puts import put_into, require_unicode_texts
from lookalike.storage.refusals import require_unicode

PutItem = Callable[[Table, Key, Item], ItemChange]
"""The change that puts an item of a product."""
MAX_EXAMINED = 10_000
"""Some 3 MB of a scan, which take about a second."""
_SCANNED_AT_ONCE = 1_000


class DynamodbProducts(PagedProducts):
    """The products of a table.

    ``showing`` reads an index that DynamoDB updates moments after each write, as a rule within a
    second; ``get_many`` always returns what was written last. A transaction sees its own writes in
    both.

    ``count`` reads the whole table: one read unit for each 4 KB, so some 125 thousand units for a
    million products. A stored count would be one item that every registration has to write and
    conflicts on, for a number that is rarely needed.

    Args:
        database: reads and writes items.
        name: name of the table.
        max_examined: products that one page reads at most to find those that meet conditions.
        flags: the flags of products, which go with them; ``None`` where none is deleted.
        put: the change that writes a product's own item.
    """

    def __init__(
        self,
        database: DynamodbDatabase,
        name: str,
        max_examined: int = MAX_EXAMINED,
        flags: DynamodbFlags | None = None,
        put: PutItem = Put,
    ) -> None:
        self._database = database
        self._max_examined = max_examined
        self._flags = flags
        self._put = put
        self._table = Table(name, PRODUCTS)

    @override
    def put_many(self, products: Sequence[Product]) -> list[PutOutcome]:
        for product in products:
            _require_storable(product)
        items = self._items({product.entity_id for product in products})
        before, overwritten = _registered(items), _overwritten(items)
        after = dict(before)
        outcomes, changed = put_into(after, products)
        leftover = leftover_changes(self._database, self._table, overwritten)
        for entity_id in changed:
            self._write(before.get(entity_id), after[entity_id], leftover.get(entity_id, []))
        return outcomes

    @override
    def get_many(self, entity_ids: Iterable[str]) -> dict[str, Product]:
        wanted = list(entity_ids)
        require_unicode(wanted)
        return _registered(self._items(wanted))

    @override
    def why_absent(self, entity_id: str) -> str | None:
        item = self._database.read(self._table, [(entity_id,)]).get((entity_id,))
        return why_unregistered(item) if item is not None else None

    @override
    def delete(self, entity_id: str) -> bool:
        product = self.get_many([entity_id]).get(entity_id)
        if product is None:
            return False
        kind = Delete if self._database.in_transaction else StoredDelete
        changes = [kind(self._table, (entity_id,)), *further_changes(self._table, product, None)]
        if self._flags is not None:
            changes.append(self._flags.removal(entity_id))
        try:
            with self._database.transaction():
                self._database.write(changes)
        except ItemGoneError:
            return False
        return True

    @override
    def showing(self, fingerprint_id: str) -> Iterator[Product]:
        require_unicode([fingerprint_id])
        pending = self._database.pending(self._table)
        stored = (
            product
            for product in stored_showing(self._database, self._table, fingerprint_id)
            if (product.entity_id,) not in pending
        )
        written = filter(is_product, self._database.written(self._table))
        own = (
            product for product in map(product_from, written) if fingerprint_id in product.pictures
        )
        yield from merge(stored, sorted(own, key=_entity_id), key=_entity_id)

    @override
    def page(
        self, after: str = "", limit: int = DEFAULT_LIMIT, wanted: ProductFilter = EVERY_PRODUCT
    ) -> ProductPage:
        require_unicode([after, *wanted.texts])
        found, examined = list[Product](), 0
        for page in self._scanned(after, limit if wanted == EVERY_PRODUCT else self._at_once):
            found += filter(wanted.accepts, map(product_from, self._not_pending(page)))
            examined += page["ScannedCount"]
            last = page.get("LastEvaluatedKey")
            if last and (len(found) >= limit or examined >= self._max_examined):
                return cut(found, limit, TEXT.read(last[ENTITY_ID]))
        return cut(found, limit, after=None)

    @override
    def count(self) -> int:
        return self._database.count(self._table, is_product, ConsistentRead=True, **ONLY_PRODUCTS)

    @override
    def count_page(self, after: str | None, segment: Segment = WHOLE) -> tuple[int, str | None]:
        start = {} if after is None else {"ExclusiveStartKey": self._table.key_attributes((after,))}
        scan = {"Select": "COUNT", **ONLY_PRODUCTS, **scanned(segment), **start}
        page = next(self._database.pages("scan", self._table, **scan))
        last = page.get("LastEvaluatedKey")
        return page["Count"], TEXT.read(last[ENTITY_ID]) if last else None

    @override
    def stored_page(
        self, after: str | None, limit: int, segment: Segment = WHOLE
    ) -> tuple[list[Product | None], str | None]:
        start = {} if after is None else {"ExclusiveStartKey": self._table.key_attributes((after,))}
        scan = {"Limit": limit, **ONLY_PRODUCTS, **scanned(segment), **start}
        page = next(self._database.pages("scan", self._table, **scan))
        last = page.get("LastEvaluatedKey")
        products = [readable_product(item) for item in page["Items"]]
        return products, TEXT.read(last[ENTITY_ID]) if last else None

    @override
    def spread_ids(self, count: int) -> list[str]:
        """See ``PagedProducts``: the first item of each part, which a digest of its key decides."""
        parts = (scanned(Segment(number, count)) for number in range(count))
        pages = (next(self._database.pages("scan", self._table, Limit=1, **part)) for part in parts)
        return sorted(TEXT.read(item[ENTITY_ID]) for page in pages for item in page["Items"])

    def is_shown(self, fingerprint_id: str) -> bool:
        """Return whether a stored product shows this picture, as of moments ago."""
        return any(True for _ in self.showing(fingerprint_id))

    @property
    def _at_once(self) -> int:
        return min(_SCANNED_AT_ONCE, self._max_examined)

    def _scanned(self, after: str, at_once: int) -> Iterator[dict[str, Any]]:
        """The pages of a scan of the table, each with so many products at most."""
        scan: dict[str, Any] = {"ConsistentRead": True, "Limit": at_once}
        if after:
            scan["ExclusiveStartKey"] = self._table.key_attributes((after,))
        return self._database.pages("scan", self._table, **scan)

    def _not_pending(self, page: dict[str, Any]) -> list[Item]:
        """The products of a page but for those that this thread's transaction changes."""
        pending = self._database.pending(self._table)
        products = filter(is_product, page["Items"])
        return [item for item in products if self._table.item_key(item) not in pending]

    def _items(self, entity_ids: Iterable[str]) -> dict[Key, Item]:
        """The items under these keys, whoever wrote them."""
        return self._database.get(self._table, ((entity_id,) for entity_id in entity_ids))

    def _write(
        self, old: Product | None, new: Product, leftover: Sequence[ItemChange] = ()
    ) -> None:
        """Write the items of a product; leftover ones are removed but for those that it needs."""
        own = self._put(self._table, (new.entity_id,), product_item(new))
        further = [*leftover, *further_changes(self._table, old, new)]
        changes = [*{change.key: change for change in further}.values(), own]
        with self._database.transaction() if len(changes) > 1 else nullcontext():
            self._database.write(changes)


def scanned(segment: Segment) -> dict[str, Any]:
    """The parameters of a scan of a part."""
    return {} if segment == WHOLE else {"Segment": segment.number, "TotalSegments": segment.of}


def _require_storable(product: Product) -> None:
    require_unicode_texts(product)
    require_key(product.entity_id)
    require_unreserved(product.entity_id)
    for image in product.images:
        require_key(image.fingerprint_id)


def _registered(items: Mapping[Key, Item]) -> dict[str, Product]:
    """The products among items, by entity id."""
    return {name: product_from(item) for (name,), item in items.items() if is_product(item)}


def _overwritten(items: Mapping[Key, Item]) -> list[str]:
    """The entity ids of items that another program wrote, maybe in the place of products."""
    return [name for (name,), item in items.items() if not is_product(item)]


def _entity_id(product: Product) -> str:
    return product.entity_id
