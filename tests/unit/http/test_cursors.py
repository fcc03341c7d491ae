"""Cursors lead back to their position, and nothing else is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import BadParameterError
from lookalike.http.cursors import MAX_LENGTH, cursor_of, position_of


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=256))
def test_should_lead_back_to_its_position(position: str) -> None:
    cursor = cursor_of(position)
    assert position_of(cursor) == position
    assert len(cursor) <= MAX_LENGTH


@given(st.text(max_size=20), st.integers(0, 20), st.sampled_from("aA0_=é "))
def test_should_refuse_a_changed_cursor(position: str, place: int, character: str) -> None:
    cursor = cursor_of(position.encode("utf-8", "replace").decode())
    changed = cursor[:place] + character + cursor[place + 1 :]
    if changed != cursor:
        with pytest.raises(BadParameterError, match="next_cursor"):
            position_of(changed)


@pytest.mark.parametrize("cursor", ["a", "abc", "AAAA", "ZTE", "ä", "\ud800"])
def test_should_refuse_what_no_answer_has_had(cursor: str) -> None:
    with pytest.raises(BadParameterError, match="next_cursor"):
        position_of(cursor)
