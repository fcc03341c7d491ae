"""What cannot be read as a whole is refused as a whole, with one sentence that says why."""

from __future__ import annotations

import gzip
import io
import random
import re
import tempfile
import zipfile
from contextlib import suppress
from typing import Any

import pytest

from lookalike.catalogue.feeds import expansion, xlsx
from lookalike.catalogue.rows import CatalogueReader
from lookalike.errors import CatalogueError, SettingInvalidError, StorageUnavailableError
from tests.feeds import (
    atom_feed,
    csv_feed,
    json_feed,
    json_lines_feed,
    parquet_feed,
    rss_feed,
    xlsx_feed,
)

RSS = rss_feed()
MANY = [{"id": str(n), "image_link": f"https://shop.example/{n}.jpg"} for n in range(3_000)]
"""Longer than what is read to learn the columns: damage at the end is met late."""
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
FEED = "<rss><channel><item><id>&x;</id></item></channel></rss>"


def zip_of(**members: str) -> bytes:
    """A zip archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return content.getvalue()


def without_end(content: bytes) -> bytes:
    """Two thirds of a file, as a broken download leaves it."""
    return content[: len(content) * 2 // 3]


MALFORMED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "an empty first line": (b"\n" + csv_feed(), "first line of the catalogue is empty"),
    "gzip of nothing": (gzip.compress(b""), "empty"),
    "no header": (b"1,S,a.jpg\n2,S,b.jpg\n", "has the columns: 1, S, a.jpg"),
    "no pictures": (b"id,sku\n1,S\n", "No column is known to have the image_url"),
    "no ids": (b"colour,image_link\nred,a.jpg\n", "No column is known to have the entity_id"),
    "a column twice": (b"id,image_link,size,size\n1,a.jpg,2,3\n", "twice: size"),
    "an open quote in the header": (b'id,image_link,"size\n1,a.jpg,2\n', "not CSV"),
    "a header without end": (b'id,image_link,"' + b"x" * 200_000, "not CSV"),
    "lines without end": (b"id,image_link\n" + b"x" * (1 << 20), "line of over"),
    "a text with zeros": (b"id,image_link\0\n1,a.jpg\n", "not text"),
    "half of a UTF-16 character": (csv_feed(encoding="utf-16")[:-1], "UTF-16 to its end"),
    "a photograph": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a picture"),
    "a PDF": (b"%PDF-1.7\n", "a PDF"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .xlsx"),
    "a web page": (b"<!doctype html>\n<HTML><body>Sign in</body>", "web page"),
    "gzip within gzip": (gzip.compress(gzip.compress(csv_feed())), "gzip within gzip"),
    "half of gzip": (gzip.compress(csv_feed())[:-9], "gzip file is damaged"),
    "gzip with a damaged byte": (gzip.compress(csv_feed(MANY))[:-8] + bytes(8), "damaged"),
    "half of a JSON list": (without_end(json_feed(MANY)), "not JSON to its end"),
    "a JSON list that goes on": (json_feed(MANY) + b"]", "not JSON to its end"),
    "a JSON list in UTF-16": (json_feed(encoding="utf-16"), "has to be in UTF-8"),
    "an empty JSON list": (b"[]", "columns: none"),
    "a JSON object over several lines": (b'{\n "id": 1\n}\n', "not a whole JSON object"),
    "JSON Lines that are not JSON": (b"{id: 1, image_link: a}\n", "not a whole JSON object"),
    "JSON Lines in half a character": (json_lines_feed(encoding="utf-16")[:-1], "UTF-16"),
    "half of RSS": (without_end(rss_feed(MANY)), "not well-formed XML"),
    "Atom without its end": (atom_feed(MANY).removesuffix(b"</feed>"), "not well-formed XML"),
    "XML without products": (b"<rss><channel/></rss>", "no <item> and no <entry>"),
    "XML in an unknown encoding": (RSS.replace(b"utf-8", b"utf-7"), "not well-formed XML"),
    "entities that laugh": (
        f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>{FEED}'.replace("&x;", "&a8;").encode(),
        "document type or entities",
    ),
    "an entity from elsewhere": (
        f'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>{FEED}'.encode(),
        "document type or entities",
    ),
    "a zip of a CSV": (zip_of(feed="id,image_link\n"), "a zip archive, but no XLSX"),
    "half of XLSX": (without_end(xlsx_feed()), "XLSX file is damaged"),
    "XLSX without its workbook": (zip_of(xl__worksheets__sheet1="<a/>"), "XLSX file is damaged"),
    "XLSX with a column twice": (xlsx_feed([("id", "image", "id")]), "twice"),
    "XLSX with an empty first row": (xlsx_feed([(), ("id", "image")]), "columns: none"),
    "half of Parquet": (without_end(parquet_feed(MANY)), "Parquet file cannot be read"),
    "Parquet without products": (parquet_feed([{"size": "3"}]), "columns: size"),
    "Parquet with damaged pages": (
        parquet_feed(MANY)[:2_000] + bytes(9_000) + parquet_feed(MANY)[11_000:],
        "Parquet file cannot be read",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_should_refuse_what_cannot_be_read_to_its_end(name: str) -> None:
    content, reason = MALFORMED[name]
    with pytest.raises(CatalogueError) as refused:
        list(CatalogueReader(io.BytesIO(content)))
    assert reason in refused.value.detail
    assert re.fullmatch(r"[^\n]{10,500}", refused.value.detail)
    refused.value.detail.encode()


def bomb(size: int) -> bytes:
    """Gzip that expands to so many bytes."""
    return gzip.compress(b"id,image_link\n" + b"\n" * size, 9)


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that bombs of the tests can be small."""
    monkeypatch.setattr(expansion, "ALWAYS_ALLOWED", 100_000)
    monkeypatch.setattr(xlsx, "MAX_KEPT", 50_000)


@pytest.mark.usefixtures("small_limits")
def test_gzip_that_expands_beyond_all_measure_should_be_refused() -> None:
    with pytest.raises(CatalogueError, match="expands to more than"):
        CatalogueReader(io.BytesIO(bomb(1_000_000)))
    assert list(CatalogueReader(io.BytesIO(bomb(90_000)))) == []


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize(
    ("member", "size", "reason"),
    [("xl/worksheets/sheet1.xml", 5_000_000, "expands"), ("xl/styles.xml", 60_000, "too many")],
)
def test_xlsx_that_expands_beyond_all_measure_should_be_refused(
    member: str, size: int, reason: str
) -> None:
    content = io.BytesIO(xlsx_feed())
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{member}.more", bytes(size))
    with pytest.raises(CatalogueError, match=reason):
        CatalogueReader(content)


def with_entity(content: bytes) -> bytes:
    """The first sheet of an XLSX file with a document type."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(target, "w") as changed:
        for name in archive.namelist():
            text = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = b'<!DOCTYPE x [<!ENTITY x "ha">]>' + text.replace(b"17", b"&x;")
            changed.writestr(name, text)
    return target.getvalue()


def test_entities_in_xlsx_should_be_refused() -> None:
    with pytest.raises(CatalogueError, match="damaged"):
        list(CatalogueReader(io.BytesIO(with_entity(xlsx_feed()))))


@pytest.mark.usefixtures("small_limits")
def test_parquet_that_expands_beyond_all_measure_should_be_refused() -> None:
    many = [{"id": "1", "image_link": "a" * 400_000}]
    content = parquet_feed(many, compression="gzip", use_dictionary=False, write_statistics=False)
    with pytest.raises(CatalogueError, match="expands to more than"):
        CatalogueReader(io.BytesIO(content))


@pytest.mark.parametrize("value", ["a" * 200_000, ["a" * 200_000], {"src": "a" * 200_000}])
def test_parquet_that_says_one_long_text_in_every_row_should_be_refused(value: object) -> None:
    """Its dictionary has it once: nothing is expanded in the file itself."""
    rows: Any = [{"id": str(number), "image_link": value} for number in range(1_000)]
    content = parquet_feed(rows)
    assert len(content) < 100_000
    with pytest.raises(CatalogueError, match="text of over"):
        list(CatalogueReader(io.BytesIO(content)))


def test_limits_should_let_real_feeds_pass() -> None:
    """Fifty-fold is what repetitive XML compresses to."""
    assert expansion.expanded_limit(20 << 20) >= 50 * (20 << 20)
    assert expansion.expanded_limit(1 << 30) == expansion.MAX_EXPANDED
    assert expansion.expanded_limit(1 << 40) == expansion.HARMLESS_RATIO << 40


def test_a_sheet_that_states_a_far_row_should_not_be_walked_to_it() -> None:
    content, target = io.BytesIO(xlsx_feed([("id", "image"), ("1", "a.jpg")])), io.BytesIO()
    with zipfile.ZipFile(content) as archive, zipfile.ZipFile(target, "w") as changed:
        for name in archive.namelist():
            text = archive.read(name).replace(b'<row r="2"', b'<row r="2000000000"')
            changed.writestr(name, re.sub(rb'r="([AB])2"', rb'r="\g<1>2000000000"', text))
    assert list(CatalogueReader(target)) == []


def test_no_room_for_what_is_expanded_should_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, _content: object, /) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", Full)
    with pytest.raises(StorageUnavailableError, match="temporary files"):
        CatalogueReader(io.BytesIO(gzip.compress(csv_feed())))


def test_parquet_should_name_the_extra_that_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(CatalogueError, match="extra 'feeds'") as refused:
        CatalogueReader(io.BytesIO(parquet_feed()))
    assert isinstance(refused.value.__cause__, SettingInvalidError)


BINARY = {"xlsx": xlsx_feed(), "parquet": parquet_feed(), "gzip": gzip.compress(csv_feed())}


@pytest.mark.parametrize("name", BINARY)
def test_damaged_bytes_should_never_raise_anything_else(name: str) -> None:
    """A hundred files with a few random bytes each, drawn by a fixed seed."""
    draw = random.Random(7)  # noqa: S311 - no secret
    for _ in range(100):
        content = bytearray(BINARY[name])
        for _ in range(draw.randint(1, 6)):
            content[draw.randrange(4, len(content))] = draw.randrange(256)
        with suppress(CatalogueError):
            list(CatalogueReader(io.BytesIO(content)))
