"""Feeds that share a catalogue: which rows and products each is about."""

from __future__ import annotations

import pytest

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.feed_scope import EVERYTHING, FeedScope
from lookalike.catalogue.product_limits import MAX_ATTRIBUTES
from lookalike.errors import BadParameterError
from lookalike.storage.import_runs import FailedRow

SELLER = FeedScope(frozenset({("seller", "a")}))
ROW = CatalogueRow(2, "1", "S", "1.jpg", {"colour": "red"})
FAILED = FailedRow(3, "2", None, "no_picture", "Nothing.")


def test_should_leave_rows_as_they_are_where_a_feed_is_about_everything() -> None:
    assert list(EVERYTHING.rows([ROW, FAILED])) == [ROW, FAILED]


def test_rows_should_get_the_attribute_where_they_do_not_have_it() -> None:
    named = CatalogueRow(4, "3", "S", "3.jpg", {"seller": "a"})
    [row, failed, same] = SELLER.rows([ROW, FAILED, named])
    assert isinstance(row, CatalogueRow)
    assert row.attributes == {"seller": "a", "colour": "red"}
    assert (failed, same) == (FAILED, named)


def test_should_refuse_rows_with_another_value() -> None:
    [row] = SELLER.rows([CatalogueRow(4, "3", "S", "3.jpg", {"seller": "b"})])
    assert isinstance(row, FailedRow)
    assert (row.row, row.entity_id, row.code) == (4, "3", "row_refused")
    assert "Its seller is not 'a'" in row.detail


def test_should_refuse_rows_that_have_no_room_for_the_attribute() -> None:
    attributes = {str(number): "x" for number in range(MAX_ATTRIBUTES)}
    [row] = SELLER.rows([CatalogueRow(4, "3", "S", "3.jpg", attributes)])
    assert isinstance(row, FailedRow)
    assert "more than 50 attributes" in row.detail


def test_should_refuse_two_values_of_one_attribute() -> None:
    with pytest.raises(BadParameterError, match="one value"):
        FeedScope(frozenset({("seller", "a"), ("seller", "b")}))
