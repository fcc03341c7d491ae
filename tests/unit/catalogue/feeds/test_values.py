"""Values of typed formats are the text that CSV would have; what has no text is left out."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.feeds.encodings import encoding_of, require_encoding
from lookalike.catalogue.rows import CatalogueReader
from lookalike.errors import BadParameterError
from lookalike.storage.import_runs import FailedRow
from tests.feeds import csv_feed, json_feed, json_lines_feed, parquet_feed, rss_feed, xlsx_feed

TYPED: dict[str, Any] = {
    "id": 228227,
    "image_url": ["a.jpg", "b.jpg"],
    "price": 19.5,
    "stock": 3.0,
    "sold": True,
    "sizes": ["S", 40],
    "season": None,
    "nothing": "",
}
TEXTS = {"price": "19.5", "stock": "3", "sold": "true", "sizes": "S, 40"}


def read(content: bytes) -> list[CatalogueRow | FailedRow]:
    return list(CatalogueReader(io.BytesIO(content)))


def the_row(content: bytes) -> CatalogueRow:
    """The only row, which must be one."""
    [row] = read(content)
    assert isinstance(row, CatalogueRow)
    return row


@pytest.mark.parametrize("write", [json_lines_feed, json_feed, parquet_feed])
def test_should_write_values_as_text(write: Callable[[Any], bytes]) -> None:
    """But for ``3.0``, which JSON keeps as it is written."""
    row = the_row(write([TYPED | {"sizes": ["S", "40"]}]))
    assert (row.number, row.entity_id, row.image_url) == (1, "228227", "a.jpg")
    assert {**row.attributes, "stock": "3"} == TEXTS


def test_should_keep_numbers_of_json_as_they_are_written() -> None:
    content = b'[{"id": 12345678901234567890, "image": "a.jpg", "price": 1.50, "rate": NaN}]'
    with pytest.raises(Exception, match="not JSON"):
        read(content)
    row = the_row(content.replace(b"NaN", b"2e3")[1:-1])
    assert (row.entity_id, row.attributes) == (
        "12345678901234567890",
        {"price": "1.50", "rate": "2e3"},
    )


def test_should_read_what_our_own_answers_look_like() -> None:
    row = the_row(
        json.dumps([{"entity_id": "1", "image_url": "a", "attributes": {"c": "r"}}]).encode()
    )
    assert row == CatalogueRow(1, "1", "", "a", {"c": "r"})


def test_should_find_the_address_in_an_object_and_leave_out_other_objects() -> None:
    product: Any = {"id": 1, "image": {"src": "a.jpg"}, "options": {"a": 1}, "variants": [{"a": 1}]}
    assert the_row(json_feed([product])) == CatalogueRow(1, "1", "", "a.jpg")


def test_cells_of_a_sheet_should_be_text() -> None:
    header = ("id", "image", "since", "seen", "price", None)
    day, moment = datetime(2026, 1, 2), datetime(2026, 1, 2, 3, 4)  # noqa: DTZ001 - sheets have none
    [first, second] = read(
        xlsx_feed([header, (), (17.0, "a.jpg", day, moment, 1.5), (18, "b", 1, 1, 1, 1)])
    )
    shown = {"since": "2026-01-02", "seen": "2026-01-02 03:04:00", "price": "1.5"}
    assert first == CatalogueRow(3, "17", "", "a.jpg", shown)
    assert isinstance(second, FailedRow)
    assert (second.row, second.entity_id) == (4, "18")
    assert "no name" in second.detail


def test_columns_of_bytes_should_not_be_read_from_parquet() -> None:
    table = pa.table(
        {
            "id": [1.0],
            "image": ["a.jpg"],
            "content": [b"\xff" * 1000],
            "day": [date(2026, 1, 2)],
            "moment": pa.array([datetime(2026, 1, 2, 3, tzinfo=UTC)]),
        }
    )
    content = io.BytesIO()
    parquet.write_table(table, content)
    shown = {"day": "2026-01-02", "moment": "2026-01-02 03:00:00+00:00"}
    assert the_row(content.getvalue()) == CatalogueRow(1, "1", "", "a.jpg", shown)


def test_a_line_that_is_no_object_should_cost_its_product_alone() -> None:
    lines = (
        b'{"id": 1, "image": "a"}\n[1]\nnonsense\n' + b"[" * 100_000 + b'\n{"id": 2, "image": "b"}'
    )
    outcomes = read(lines)
    assert [isinstance(row, CatalogueRow) for row in outcomes] == [True, False, False, False, True]
    refused = [row for row in outcomes if isinstance(row, FailedRow)]
    assert [row.row for row in refused] == [2, 3, 4]
    assert all("JSON" in row.detail for row in refused)


def test_items_of_a_list_that_are_no_objects_should_cost_their_product_alone() -> None:
    first, second = read(b'[{"id": 1, "image": "a"}, 5]')
    assert isinstance(first, CatalogueRow)
    assert isinstance(second, FailedRow)


def test_rss_should_prefer_the_values_of_google_and_read_addresses_of_links() -> None:
    item = (
        b"<id>urn:1</id><link href='https://shop/1'/><g:additional_image_link>b</g:additional_image_link>"
        b"<g:shipping><g:price>4</g:price></g:shipping><g:size>S</g:size><g:size>M</g:size></item>"
    )
    row = the_row(rss_feed([{"id": "1", "image_link": "a.jpg"}]).replace(b"</item>", item))
    assert row == CatalogueRow(
        1, "1", "", "a.jpg", {"link": "https://shop/1", "size": "S, M"}, ("b",)
    )


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("größe", "utf-8"),
        ("größe".encode("cp1252"), "cp1252"),
        ("größe".encode("cp1252") + "größe".encode(), "utf-8"),
        (b"\x81", "utf-8"),
        ("€ “x”".encode("cp1252"), "cp1252"),
        (b"a" * (1 << 20) + b"\xfc", "cp1252"),
        (b"a" * ((1 << 20) - 1) + "ü".encode(), "utf-8"),
        (b"a" * ((1 << 20) - 1) + "ü".encode() + b"\xfc", "utf-8"),
        ("a".encode("utf-32"), "utf-32"),
        ("größe".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_should_find_out_the_encoding(content: str | bytes, encoding: str) -> None:
    """A character on the border of two blocks, and bytes that are neither, included."""
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    assert encoding_of(file) == encoding
    assert file.tell() == 0


@pytest.mark.parametrize("name", ["hex", "nonsense", "zlib", "\0"])
def test_should_refuse_what_is_no_encoding_of_text(name: str) -> None:
    with pytest.raises(BadParameterError, match="no encoding"):
        require_encoding(name)
    assert require_encoding("Latin1") == "iso8859-1"


LONG = [
    {"id": f"{number:06}", "image_link": "a.jpg", "text": f"{number:06}" * 150}
    for number in range(9_000)
]


@pytest.mark.parametrize(
    "write",
    [csv_feed, json_lines_feed, json_feed, rss_feed, parquet_feed],
    ids=lambda w: w.__name__,
)
def test_memory_should_not_grow_with_the_catalogue(write: Callable[[Any], bytes]) -> None:
    """But for some hundred bytes a row, which tell repeated ids."""
    few, many = (_peak(write(LONG[:rows])) for rows in (3_000, 9_000))
    assert many - few < 6_000 * 250


def _peak(content: bytes) -> int:
    """The most bytes that reading takes."""
    file = io.BytesIO(content)
    tracemalloc.start()
    for _ in CatalogueReader(file):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
