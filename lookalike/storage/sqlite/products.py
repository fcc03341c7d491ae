"""Products as rows of a SQLite table."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from typing_extensions import override

from lookalike.products import Product
from lookalike.storage.interfaces import ProductStore, PutOutcome
from lookalike.storage.listing import DEFAULT_LIMIT, EVERY_PRODUCT, ProductFilter, ProductPage
from lookalike.storage.product_puts import put_into
from lookalike.storage.sqlite.columns import PRODUCT
from lookalike.storage.sqlite.database import SqliteDatabase
from lookalike.storage.sqlite.product_pages import product_from, read_page
from lookalike.storage.sqlite.rows import in_chunks, placeholders

_PAGE_SIZE = 100

_PUT = (
    f"INSERT OR REPLACE INTO products ({PRODUCT.names}) "  # noqa: S608 - column names of our own
    f"VALUES ({PRODUCT.placeholders})"
)
_PUT_FURTHER = "INSERT INTO further_pictures (fingerprint_id, entity_id) VALUES (?, ?)"
"""Those of a product that was there are gone with its old row."""
_SHOWING = f"""
SELECT {PRODUCT.names} FROM products WHERE entity_id IN (
    SELECT entity_id FROM shown_pictures WHERE fingerprint_id = ? AND entity_id > ?
    ORDER BY entity_id LIMIT {_PAGE_SIZE}
) ORDER BY entity_id
"""  # noqa: S608 - as above
_SHOWING_EACH = f"""
SELECT {PRODUCT.names}, asked.value FROM json_each(?) AS asked CROSS JOIN products
WHERE entity_id IN (
    SELECT entity_id FROM shown_pictures WHERE shown_pictures.fingerprint_id = asked.value
    ORDER BY entity_id LIMIT ?
) ORDER BY entity_id
"""  # noqa: S608 - as above


class SqliteProducts(ProductStore):
    """The products of a database."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    def put_many(self, products: Sequence[Product]) -> list[PutOutcome]:
        with self._database.writing() as connection:
            stored = _read(connection, {product.entity_id for product in products})
            outcomes, changed = put_into(stored, products)
            connection.executemany(_PUT, (PRODUCT.row(stored[key]) for key in changed))
            connection.executemany(
                _PUT_FURTHER,
                ((name, key) for key in changed for name in stored[key].pictures[1:]),
            )
        return outcomes

    @override
    def get_many(self, entity_ids: Iterable[str]) -> dict[str, Product]:
        with self._database.reading() as connection:
            return _read(connection, entity_ids)

    @override
    def delete(self, entity_id: str) -> bool:
        with self._database.writing() as connection:
            return (
                connection.execute("DELETE FROM products WHERE entity_id = ?", [entity_id]).rowcount
                > 0
            )

    @override
    def showing(self, fingerprint_id: str) -> Iterator[Product]:
        last = ""
        while page := self._page(fingerprint_id, last):
            yield from page
            if len(page) < _PAGE_SIZE:
                return
            last = page[-1].entity_id

    @override
    def showing_each(self, fingerprint_ids: Sequence[str], limit: int) -> dict[str, list[Product]]:
        found: dict[str, list[Product]] = {}
        with self._database.reading() as connection:
            for *row, name in connection.execute(
                _SHOWING_EACH, [json.dumps(list(fingerprint_ids)), limit]
            ):
                found.setdefault(name, []).append(product_from(tuple(row)))
        return found

    @override
    def page(
        self, after: str = "", limit: int = DEFAULT_LIMIT, wanted: ProductFilter = EVERY_PRODUCT
    ) -> ProductPage:
        with self._database.reading() as connection:
            return read_page(connection, after, limit, wanted)

    @override
    def count(self) -> int:
        with self._database.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM products").fetchone()[0])

    def _page(self, fingerprint_id: str, after: str) -> list[Product]:
        """One page, read to its end: an open cursor would keep the log from being truncated."""
        with self._database.reading() as connection:
            return [
                product_from(row) for row in connection.execute(_SHOWING, [fingerprint_id, after])
            ]


def _read(connection: sqlite3.Connection, entity_ids: Iterable[str]) -> dict[str, Product]:
    found = {}
    for ids in in_chunks(entity_ids):
        query = f"SELECT {PRODUCT.names} FROM products WHERE entity_id IN ({placeholders(ids)})"  # noqa: S608 - as above
        products = map(product_from, connection.execute(query, ids))
        found.update({product.entity_id: product for product in products})
    return found
