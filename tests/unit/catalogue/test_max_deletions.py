"""How many products a sync may delete."""

from __future__ import annotations

import pytest

from lookalike.catalogue.max_deletions import DEFAULT_MAX_DELETIONS, MaxDeletions
from lookalike.errors import BadParameterError


@pytest.mark.parametrize(
    ("text", "deletions", "products", "are_allowed"),
    [
        ("10%", 10, 100, True),
        ("10%", 11, 100, False),
        ("10 %", 1, 9, False),
        ("0.5%", 5, 1_000, True),
        ("0.5%", 6, 1_000, False),
        ("100%", 7, 7, True),
        ("0%", 0, 0, True),
        ("0", 0, 9, True),
        ("0", 1, 9, False),
        (" 25 ", 25, 25, True),
        ("25", 26, 1_000_000, False),
    ],
)
def test_should_allow_a_number_or_a_share(
    text: str, deletions: int, products: int, *, are_allowed: bool
) -> None:
    assert MaxDeletions.parse(text).allow(deletions, products) == are_allowed


@pytest.mark.parametrize("text", ["", "%", "-1", "1.5", "101%", "ten", "1e3", "10%%", "1000000000"])
def test_should_refuse_what_is_neither(text: str) -> None:
    with pytest.raises(BadParameterError, match=r"such as 25, or a share of them, such as 10%"):
        MaxDeletions.parse(text)


@pytest.mark.parametrize("text", ["10%", "0.5%", "25", "1234567"])
def test_should_be_written_as_it_is_read(text: str) -> None:
    assert str(MaxDeletions.parse(text)) == text


def test_the_default_should_be_a_tenth() -> None:
    assert str(DEFAULT_MAX_DELETIONS) == "10%"
