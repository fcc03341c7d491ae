"""A page reads a limited number of products."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from lookalike.storage.listing import ProductFilter, ProductPage, products_of_pages
from lookalike.storage.sqlite.database import SqliteDatabase
from lookalike.storage.sqlite.product_pages import read_page
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION, a_product


def test_should_end_a_page_where_many_products_were_read_in_vain(tmp_path: Path) -> None:
    with closing(EmbeddedStorage(tmp_path, VERSION)) as storage:
        storage.products.put_many([a_product(entity_id=f"e{number}") for number in range(8)])
    database = SqliteDatabase(tmp_path, read_only=True, busy_timeout=1, durable=False)

    def read(after: str) -> ProductPage:
        with database.reading() as connection:
            return read_page(connection, after, 5, ProductFilter(text="E7"), max_examined=3)

    with closing(database):
        assert read("") == ProductPage([], "e2")
        assert [product.entity_id for product in products_of_pages(read)] == ["e7"]


def test_should_find_skus_by_an_index(tmp_path: Path) -> None:
    with closing(EmbeddedStorage(tmp_path, VERSION)):
        pass
    database = SqliteDatabase(tmp_path, read_only=True, busy_timeout=1, durable=False)
    query = "SELECT * FROM products WHERE entity_id > 'a' AND sku = 'b' ORDER BY entity_id LIMIT 9"
    with closing(database), database.reading() as connection:
        [(*_, plan)] = connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
    assert "products_by_sku (sku=? AND entity_id>?)" in plan
