"""A stored picture is overlaid if all agrees but what it shows in addition."""

from __future__ import annotations

import pytest

from lookalike.verification.overlaid import is_overlaid

OVERLAID = {"rest_alike": 0.99, "clear_uncovered": 0.05, "clear_covered": 0.0}


def test_should_be_overlaid_where_all_else_agrees() -> None:
    assert is_overlaid(OVERLAID)


@pytest.mark.parametrize(
    "other",
    [{"rest_alike": 0.9}, {"clear_uncovered": 0.001}, {"clear_covered": 0.02}],
    ids=["all else differs", "hardly anything is in addition", "the query shows something, too"],
)
def test_should_not_be_overlaid(other: dict[str, float]) -> None:
    assert not is_overlaid(OVERLAID | other)
