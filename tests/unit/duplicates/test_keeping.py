"""Which product of a group is kept, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from lookalike.duplicates.keeping import Entry, Keep, choose
from lookalike.errors import BadParameterError
from tests.builders import a_fingerprint, a_product


def an_entry(
    number: int,
    *,
    size: tuple[int, int] = (400, 533),
    attributes: Mapping[str, str] | None = None,
    bordered: bool = False,
) -> Entry:
    picture = replace(a_fingerprint(number, trimmed=bordered), width=size[0], height=size[1])
    return Entry(a_product(number, attributes=attributes), picture, number)


@pytest.mark.parametrize(
    ("first", "kept", "reason"),
    [
        ("largest", "entity-000002", "Its picture is the largest (800 x 1066 pixels)."),
        ("oldest", "entity-000001", "Its picture was registered first."),
        ("most_complete", "entity-000003", "Its entry is the most complete (4 fields filled)."),
    ],
)
def test_should_keep_what_the_first_criterion_says(first: str, kept: str, reason: str) -> None:
    entries = [
        an_entry(1),
        an_entry(2, size=(800, 1066)),
        an_entry(3, attributes={"colour": "red", "size": "M"}),
    ]
    choice = choose(entries, Keep.order([first]))
    assert (choice.entity_id, choice.reasons) == (kept, (reason,))


def test_should_let_the_next_criterion_decide_between_equals() -> None:
    entries = [an_entry(1, size=(9, 9)), an_entry(3), an_entry(2)]
    choice = choose(entries, Keep.order(["largest"]))
    assert choice.entity_id == "entity-000002"
    assert choice.reasons == (
        "Its picture is the largest (400 x 533 pixels).",
        "Its picture was registered first.",
    )


def test_should_not_count_the_border_as_a_part_of_the_picture() -> None:
    """Somebody has put a frame around the picture of another shop."""
    entries = [an_entry(1, size=(440, 580), bordered=True), an_entry(2)]
    assert choose(entries, Keep.order([])).entity_id == "entity-000002"
    larger = [an_entry(1, size=(1000, 1000), bordered=True), an_entry(2)]
    [reason] = choose(larger, Keep.order([])).reasons
    assert reason == "Its picture is the largest (800 x 950 pixels within its border)."


def test_should_decide_by_id_between_entries_that_are_equal() -> None:
    same = an_entry(1)
    entries = [replace(same, product=a_product(1, entity_id=name)) for name in ("b", "a")]
    choice = choose(entries, Keep.order([]))
    assert (choice.entity_id, choice.reasons) == ("a", ("It comes first by entity_id.",))


@pytest.mark.parametrize("names", [["newest"], ["oldest", "oldest"]])
def test_should_refuse_criteria_that_there_are_not(names: list[str]) -> None:
    with pytest.raises(BadParameterError, match="largest, oldest, most_complete"):
        Keep.order(names)
