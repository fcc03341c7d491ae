"""One catalogue written in every format and dialect that feeds come in."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from xml.sax.saxutils import escape

import openpyxl
import pyarrow as pa
from pyarrow import parquet

Products = Sequence[Mapping[str, str]]
PRODUCTS: Products = (
    {"id": "17", "sku": "K-1", "image_link": "https://shop.example/1.jpg", "colour": "grün; 5 €"},
    {"id": "018", "sku": "", "image_link": "/P/G/größe,2.jpg", "colour": 'a "red", one|two'},
    {"id": "x-19", "sku": "K-2", "image_link": "a b.jpg", "colour": "line one\nline two"},
)
"""With each delimiter, quotes, a line end, zeros in front, and characters beyond ASCII."""
DELIMITERS = {"commas": ",", "semicolons": ";", "tabs": "\t", "bars": "|"}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
_GOOGLE = 'xmlns:g="http://base.google.com/ns/1.0"'


def csv_feed(  # noqa: PLR0913 - one argument per trait of a dialect
    products: Products = PRODUCTS,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    quoting: int = csv.QUOTE_MINIMAL,
    end: str = "\n",
    states_delimiter: bool = False,
) -> bytes:
    """CSV in a dialect."""
    text = io.StringIO(newline="")
    if states_delimiter:
        text.write(f"sep={delimiter}{end}")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerow(products[0])
    writer.writerows(each.values() for each in products)
    return text.getvalue().encode(encoding)


def json_lines_feed(products: Products = PRODUCTS, encoding: str = "utf-8") -> bytes:
    """JSON Lines, with a blank line."""
    return "\n\n".join(json.dumps(each, ensure_ascii=False) for each in products).encode(encoding)


def json_feed(products: Products = PRODUCTS, encoding: str = "utf-8") -> bytes:
    """A JSON list."""
    return json.dumps(list(products), ensure_ascii=False, indent=1).encode(encoding)


def parquet_feed(products: Products = PRODUCTS, **options: object) -> bytes:
    """Parquet."""
    content = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist([dict(each) for each in products]), content, **options)
    return content.getvalue()


def xlsx_feed(rows: Iterable[Sequence[object]] | None = None) -> bytes:
    """XLSX with these rows, or those of the products, in the first of two sheets."""
    book = openpyxl.Workbook()
    sheet, _ = book.worksheets[0], book.create_sheet("Notes")
    for row in rows or [tuple(PRODUCTS[0]), *(tuple(each.values()) for each in PRODUCTS)]:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def rss_feed(products: Products = PRODUCTS, encoding: str = "utf-8") -> bytes:
    """RSS 2.0 as Google Merchant Center reads it."""
    items = "".join(f"<item><title/>{_elements(each)}</item>\n" for each in products)
    return _xml(
        f'<rss version="2.0" {_GOOGLE}><channel><title>Shop</title>\n{items}</channel></rss>',
        encoding,
    )


def atom_feed(products: Products = PRODUCTS, encoding: str = "utf-8") -> bytes:
    """Atom as Google Merchant Center reads it, with an id of its own in each entry."""
    entries = "".join(f"<entry><id>urn:x</id>{_elements(each)}</entry>" for each in products)
    return _xml(f'<feed xmlns="http://www.w3.org/2005/Atom" {_GOOGLE}>{entries}</feed>', encoding)


def _elements(product: Mapping[str, str]) -> str:
    return "".join(f"<g:{name}>{escape(text)}</g:{name}>" for name, text in product.items())


def _xml(text: str, encoding: str) -> bytes:
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'.encode(encoding)


def csv_dialects() -> dict[str, bytes]:
    """All dialects of CSV, by name."""
    quotings = {"few quotes": csv.QUOTE_MINIMAL, "all quoted": csv.QUOTE_ALL}
    found: dict[str, bytes] = {}
    for delimiter, encoding, quoting, states in product(
        DELIMITERS, ENCODINGS, quotings, (False, True)
    ):
        name = f"csv, {delimiter}, {encoding}, {quoting}{', sep=' if states else ''}"
        found[name] = csv_feed(
            delimiter=DELIMITERS[delimiter],
            encoding=encoding,
            quoting=quotings[quoting],
            end="\r\n" if quoting == "all quoted" else "\n",
            states_delimiter=states,
        )
    return found


FORMATS: Mapping[str, Callable[[], bytes]] = {
    "json lines": json_lines_feed,
    "json lines, utf-8-sig": lambda: json_lines_feed(encoding="utf-8-sig"),
    "json lines, utf-16": lambda: json_lines_feed(encoding="utf-16"),
    "json": json_feed,
    "json, utf-8-sig": lambda: json_feed(encoding="utf-8-sig"),
    "parquet": parquet_feed,
    "parquet, zstd": lambda: parquet_feed(compression="zstd"),
    "xlsx": xlsx_feed,
    "rss": rss_feed,
    "rss, utf-16": lambda: rss_feed(encoding="utf-16"),
    "rss, windows-1252": lambda: rss_feed(encoding="windows-1252"),
    "atom": atom_feed,
}


def all_feeds() -> dict[str, bytes]:
    """The catalogue in every format and dialect, by name; each also as gzip."""
    plain = csv_dialects() | {name: write() for name, write in FORMATS.items()}
    return plain | {f"{name}, gzip": gzip.compress(content, 1) for name, content in plain.items()}
