"""Pages of products: the conditions on them as SQL."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence

from lookalike.products import Product
from lookalike.storage.listing import ProductFilter, ProductPage, cut
from lookalike.storage.sqlite.columns import PRODUCT, Row

MAX_EXAMINED = 50_000
"""Products that one page reads at most to find those that meet conditions which no index knows."""

_CONTAINS = "lookalike_contains"
_HAS_TEXT = "lookalike_has_text"

Condition = tuple[str, Sequence[object]]
"""A condition in SQL, and the values of its parameters."""


def read_page(
    connection: sqlite3.Connection,
    after: str,
    limit: int,
    wanted: ProductFilter,
    max_examined: int = MAX_EXAMINED,
) -> ProductPage:
    """Read a page of products; see ``ProductStore.page``."""
    with_conditions(connection)
    window = list(_window(after, wanted))
    last = _last_of(connection, window, max_examined) if wanted.needs_reading else None
    conditions = [*window, *_content(wanted)]
    if last is not None:
        conditions.append(("entity_id <= ?", [last]))
    rows = _select(connection, PRODUCT.names, conditions, limit + 1).fetchall()
    page = cut([product_from(row) for row in rows], limit, last)
    return ProductPage(list(filter(wanted.accepts, page.products)), page.after)


def pictures_of(wanted: ProductFilter) -> Condition:
    """SQL that selects the fingerprint ids of all pictures that a wanted product shows.

    It may read all products, and needs ``with_conditions``.
    """
    conditions = [*_window("", wanted), *_content(wanted), *_exactly(wanted)]
    met = " AND ".join(sql for sql, _ in conditions)
    values = [value for _, some in conditions for value in some]
    query = (
        f"SELECT products.fingerprint_id FROM products WHERE {met} "  # noqa: S608 - SQL of our own
        "UNION ALL SELECT further_pictures.fingerprint_id FROM further_pictures "
        f"CROSS JOIN products USING (entity_id) WHERE {met}"
    )
    return query, [*values, *values]


def with_conditions(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A connection that knows the functions which conditions on products call."""
    connection.create_function(_CONTAINS, 5, _contains, deterministic=True)
    connection.create_function(_HAS_TEXT, 4, _has_text, deterministic=True)
    return connection


def product_from(row: Row) -> Product:
    """The product of a row."""
    return Product(**PRODUCT.fields(row))


def _last_of(connection: sqlite3.Connection, window: Sequence[Condition], count: int) -> str | None:
    """The last of so many products, which an index knows; ``None`` where there are fewer."""
    row = _select(connection, "entity_id", window, 1, offset=count - 1).fetchone()
    return row[0] if row else None


def _select(
    connection: sqlite3.Connection,
    names: str,
    conditions: Sequence[Condition],
    limit: int,
    offset: int = 0,
) -> sqlite3.Cursor:
    query = (
        f"SELECT {names} FROM products WHERE {' AND '.join(sql for sql, _ in conditions)} "  # noqa: S608 - SQL of our own
        "ORDER BY entity_id LIMIT ? OFFSET ?"
    )
    values = [value for _, some in conditions for value in some]
    return connection.execute(query, [*values, limit, offset])


def _window(after: str, wanted: ProductFilter) -> Iterator[Condition]:
    """Conditions that an index answers."""
    yield "entity_id > ?", [after]
    if wanted.sku is not None:
        yield "sku = ?", [wanted.sku]


def _content(wanted: ProductFilter) -> Iterator[Condition]:
    """Conditions that every wanted product meets, and hardly any other."""
    for name, value in sorted(wanted.attributes):
        yield "instr(attributes, ?) > 0", [f"{_json(name)}:{_json(value)}"]
    if text := wanted.text.casefold():
        searched = f"{_CONTAINS}(entity_id, sku, attributes, ?, ?)"
        yield searched, [text, _json(text)[1:-1]]


def _exactly(wanted: ProductFilter) -> Iterator[Condition]:
    """Conditions that wanted products alone meet, among those that meet the others.

    In JSON, a quotation mark behind a comma or a brace begins a name: within texts, it is escaped.
    """
    for name, value in sorted(wanted.attributes):
        pair = f"{_json(name)}:{_json(value)}"
        held = "(instr(attributes, ?) > 0 OR instr(attributes, ?) > 0)"
        yield held, [f"{{{pair}", f",{pair}"]
    if wanted.text:
        yield f"{_HAS_TEXT}(entity_id, sku, attributes, ?)", [wanted.text]


def _has_text(entity_id: str, sku: str, attributes: str, text: str) -> bool:
    product = Product(entity_id, sku, None, "", json.loads(attributes))
    return ProductFilter(text=text).accepts(product)


def _contains(entity_id: str, sku: str, attributes: str, text: str, in_json: str) -> bool:
    """Whether a product has a text; its attributes are JSON, where some characters have escapes."""
    return (
        text in entity_id.casefold() or text in sku.casefold() or in_json in attributes.casefold()
    )


def _json(text: str) -> str:
    """A text as ``Columns`` writes it."""
    return json.dumps(text, ensure_ascii=False)
