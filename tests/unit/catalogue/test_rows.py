"""Catalogue files: what is read from them, and what is refused with which reason."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lookalike.catalogue.catalogue_row import CatalogueRow, failed_row
from lookalike.catalogue.picture_cells import NO_PICTURE
from lookalike.catalogue.rows import CatalogueReader
from lookalike.catalogue.wanted_columns import ColumnsError
from lookalike.errors import CatalogueError
from lookalike.storage.import_runs import FailedRow

HEADER = "entity_id,sku,image_url,colour\n"


def read(content: bytes | str) -> list[CatalogueRow | FailedRow]:
    """All outcomes of a file."""
    data = content.encode() if isinstance(content, str) else content
    return list(CatalogueReader(BytesIO(data)))


def read_rows(text: bytes | str) -> list[CatalogueRow | FailedRow]:
    """All outcomes of rows below a usual header."""
    return read(HEADER.encode() + (text.encode() if isinstance(text, str) else text))


def the_failure(text: bytes | str) -> FailedRow:
    """The only outcome, which must be a failure."""
    [failure] = read_rows(text)
    assert isinstance(failure, FailedRow)
    return failure


A_ROW = CatalogueRow(2, "1", "S", "a.jpg", {"colour": "red"})


def test_should_read_a_row() -> None:
    assert read_rows("1,S,a.jpg,red\n") == [A_ROW]


def test_should_have_an_example_of_each_column_once_it_is_read() -> None:
    rows = f"1,,a.jpg,{'r' * 100}\n2,S,b.jpg,red\n"
    reader = CatalogueReader(BytesIO(f"{HEADER[:-1]},size\n{rows}".encode()))
    assert len(list(reader)) == 2
    colour = f"{'r' * 79}…"
    assert reader.examples == {"entity_id": "1", "sku": "S", "image_url": "a.jpg", "colour": colour}


def test_should_have_examples_where_it_is_not_known_which_column_has_what() -> None:
    with pytest.raises(ColumnsError) as refused:
        CatalogueReader(BytesIO(b"Nr,Foto,Farbe\n17,a.jpg,\n"))
    assert refused.value.examples == {"Nr": "17", "Foto": "a.jpg"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_should_read_every_dialect_that_shops_export(delimiter: str, end: str, start: str) -> None:
    lines = ["entity_id,sku,image_url,colour", "1,S,a.jpg,red", '2,"S ""x""",b.jpg,']
    text = start + "".join(line.replace(",", delimiter) + end for line in lines)
    assert read(text) == [A_ROW, CatalogueRow(3, "2", 'S "x"', "b.jpg")]


@pytest.mark.parametrize("header", ["sep=;", "SEP=;", '"sep=;"'])
def test_should_divide_columns_as_the_file_says(header: str) -> None:
    text = f'{header}\r\n"a,b,c";entity_id;image_url\r\nx;1;a.jpg\r\n'
    assert read(text) == [CatalogueRow(2, "1", "", "a.jpg", {"a,b,c": "x"})]


def test_should_not_take_delimiters_within_quotes_for_those_of_the_file() -> None:
    assert read('"a,b,c";entity_id;image_url\nx;1;a.jpg\n') == [
        CatalogueRow(2, "1", "", "a.jpg", {"a,b,c": "x"})
    ]


def test_should_read_a_header_of_several_lines() -> None:
    assert read('entity_id,image_url,"size\n(EU)"\n1,a.jpg,38\n') == [
        CatalogueRow(2, "1", "", "a.jpg", {"size\n(EU)": "38"})
    ]


def test_should_leave_the_file_to_its_owner() -> None:
    file = BytesIO(HEADER.encode() + b"1,S,a.jpg,red")
    assert list(CatalogueReader(file)) == [A_ROW]
    assert not file.closed


def test_should_not_need_a_line_end_at_the_end() -> None:
    assert read_rows("1,S,a.jpg,red") == [A_ROW]


def test_should_read_small_image_as_the_picture() -> None:
    assert read("entity_id,sku,small_image\n1,S,/P/G/a.jpg\n") == [
        CatalogueRow(2, "1", "S", "/P/G/a.jpg")
    ]


def test_should_prefer_image_url_and_keep_small_image_as_an_attribute() -> None:
    [row] = read("small_image,image_url,entity_id\nb.jpg,a.jpg,1\n")
    assert row == CatalogueRow(2, "1", "", "a.jpg", {"small_image": "b.jpg"})


def test_should_not_need_a_sku() -> None:
    assert read("image_url,entity_id\na.jpg,1\n") == [CatalogueRow(2, "1", "", "a.jpg")]


def test_should_trim_cells_and_leave_out_empty_attributes() -> None:
    assert read_rows(' 1 , S ," a.jpg ",   \n') == [CatalogueRow(2, "1", "S", "a.jpg")]


def test_should_accept_columns_without_a_name_as_long_as_they_are_empty() -> None:
    """Spreadsheets export empty columns at the right."""
    first, second = read("entity_id,image_url,,\n1,a.jpg,,\n2,b.jpg,x,\n")
    assert first == CatalogueRow(2, "1", "", "a.jpg")
    assert isinstance(second, FailedRow)
    assert "no name" in second.detail


def test_should_count_rows_as_a_spreadsheet_does() -> None:
    numbers = [row.number for row in read_rows("1,,a,\n\n2,,b,\n") if isinstance(row, CatalogueRow)]
    assert numbers == [2, 4]


@pytest.mark.parametrize("missing", [*sorted(NO_PICTURE), "NULL", "No_Selection", "NaN", "  "])
def test_should_refuse_rows_without_a_picture_by_name(missing: str) -> None:
    failure = the_failure(f"1,S,{missing},red\n")
    assert (failure.row, failure.entity_id, failure.code) == (2, "1", "no_picture")
    assert missing.strip() in failure.detail or "empty" in failure.detail


def test_should_refuse_a_row_that_is_too_short_to_have_a_picture() -> None:
    assert the_failure("1,S\n").code == "no_picture"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,S,a.jpg,red,more\n", "5 cells"),
        (",S,a.jpg,red\n", "no entity_id"),
        ("   ,S,a.jpg,red\n", "no entity_id"),
        (b"1,S,a.jpg,gr\xfcn \xc3\xbc\n", "UTF-8"),
        (b"1\xff,S,a.jpg,\xc3\xbc\n", "UTF-8"),
        (b"1,S,a\xed\xa0\x80.jpg,\xc3\xbc\n", "UTF-8"),
        (b"1,S,a.jpg,\x81\n", "UTF-8"),
        (b"1,S,a.jpg,r\0d\n", "UTF-8"),
        ('"1\n2",S,a.jpg,red\n', "control character"),
        (".,S,a.jpg,red\n", "must not be '.' or '..'"),
        ("..,S,a.jpg,red\n", "must not be '.' or '..'"),
        (f"{'1' * 257},S,a.jpg,red\n", "entity_id has more than 256"),
        (f"1,{'S' * 257},a.jpg,red\n", "sku has more than 256"),
        (f"1,S,{'a' * 4097},red\n", "image_url has more than 4096"),
        (f"1,S,a.jpg,{'r' * 1001}\n", "colour has more than 1000"),
        (f"1,S,a.jpg,{'r' * 200_000}\n", "field larger than field limit"),
        ('1,"S"x,a.jpg,red\n', "Not CSV"),
        ('1,"S,a.jpg,red\n', "Not CSV"),
    ],
)
def test_should_refuse_a_malformed_row_and_say_why(row: bytes | str, reason: str) -> None:
    is_unreadable = reason in {"5 cells", "UTF-8", "field larger than field limit", "Not CSV"}
    failure = the_failure(row)
    assert (failure.row, failure.code) == (2, "row_unreadable" if is_unreadable else "row_refused")
    assert reason in failure.detail
    (failure.entity_id or "").encode()
    (failure.image_url or "").encode()


def test_should_refuse_more_attributes_than_a_product_may_have() -> None:
    names = [f"a{number}" for number in range(51)]
    [failure] = read(f"entity_id,image_url,{','.join(names)}\n1,a.jpg{',x' * 51}\n")
    assert isinstance(failure, FailedRow)
    assert "more than 50 attributes" in failure.detail


def test_should_refuse_the_second_row_of_an_entity() -> None:
    first, second, third = read_rows("1,S,a.jpg,\n1,T,b.jpg,\n2,S,a.jpg,\n")
    assert isinstance(first, CatalogueRow)
    assert isinstance(second, FailedRow)
    assert "same entity_id" in second.detail
    assert isinstance(third, CatalogueRow)


def test_should_read_line_ends_within_quotes() -> None:
    first, second = read_rows('1,S,a.jpg,"red,\nand ""blue"""\r\n2,S,b.jpg,\n')
    assert first == CatalogueRow(2, "1", "S", "a.jpg", {"colour": 'red,\nand "blue"'})
    assert second == CatalogueRow(3, "2", "S", "b.jpg")


@pytest.mark.parametrize("rows", [1, 50, 5_000])
def test_a_quote_that_is_never_closed_should_cost_its_own_row_only(rows: int) -> None:
    """Not the ones behind it, of which a reader of CSV makes one long cell."""
    healthy = "".join(f"{number},S,{number}.jpg,red\n" for number in range(rows))
    failure, *others = read_rows('x,S,a.jpg,"red\n' + healthy)
    assert isinstance(failure, FailedRow)
    assert (failure.row, failure.code) == (2, "row_unreadable")
    assert "quote" in failure.detail
    assert [row.entity_id for row in others] == [str(number) for number in range(rows)]
    assert all(isinstance(row, CatalogueRow) for row in others)


def test_an_open_quote_should_not_reach_to_the_next_quoted_cell() -> None:
    failure, *others = read_rows('x,S,a.jpg,"red\n1,S,a.jpg,"blue"\n2,S,b.jpg,\n')
    assert isinstance(failure, FailedRow)
    assert [row.entity_id for row in others] == ["1", "2"]


@pytest.mark.timeout(60)
def test_quotes_that_open_on_every_line_should_not_take_the_square_of_the_time() -> None:
    """Each line closes the quote of the one before it and opens another."""
    outcomes = read_rows('x","y\n' * 30_000)
    assert len(outcomes) == 30_000


def test_a_failure_should_be_text_whatever_the_row_was() -> None:
    row = CatalogueRow(7, "a\udcff\0", "", "\ud800.jpg")
    assert failed_row(row, "code", "Why.") == FailedRow(7, "a??", "?.jpg", "code", "Why.")


_PIECES = st.sampled_from(
    [
        b",",
        b"\n",
        b"\r\n",
        b"\r",
        b'"',
        b'""',
        b"a",
        b"1",
        b"NULL",
        b"\0",
        b"\xff",
        b"\xc3\xa9",
        b" ",
    ]
)


@example(b"\xe1\x8d")
@given(st.one_of(st.binary(max_size=300), st.lists(_PIECES, max_size=80).map(b"".join)))
def test_any_bytes_below_a_header_should_be_rows_or_failures(content: bytes) -> None:
    """The same ones every time, in order, with texts that can be stored."""
    outcomes = read_rows(content)
    assert outcomes == read_rows(content)
    numbers = [row.number if isinstance(row, CatalogueRow) else row.row for row in outcomes]
    assert numbers == sorted(set(numbers))
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    assert len(outcomes) <= len(lines)
    for row in outcomes:
        texts = [row.entity_id or "", row.image_url or ""]
        texts += [row.sku, *row.attributes.values()] if isinstance(row, CatalogueRow) else []
        assert all("\0" not in text and text.encode() is not None for text in texts)


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
    )
)
def test_what_a_csv_writer_writes_should_be_read_as_it_was(colours: list[str]) -> None:
    """Any text as an attribute, but for space at its ends."""
    quoted = ['"' + colour.replace('"', '""') + '"' for colour in colours]
    rows = read_rows("".join(f"{number},S,a.jpg,{text}\n" for number, text in enumerate(quoted)))
    assert len(rows) == len(colours)
    for row, colour in zip(rows, colours, strict=True):
        assert isinstance(row, CatalogueRow)
        assert row.attributes.get("colour", "") == colour.strip()


@given(st.binary(max_size=400))
def test_any_bytes_should_be_a_catalogue_or_refused(content: bytes) -> None:
    try:
        read(content)
    except CatalogueError as error:
        error.detail.encode()
