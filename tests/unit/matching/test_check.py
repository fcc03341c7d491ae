"""What the caller of a check may ask for."""

from __future__ import annotations

import math
from typing import Any

import pytest

from lookalike.errors import BadParameterError
from lookalike.matching.check import CheckOptions


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("top", 0),
        ("top", 2.0),
        ("top", None),
        ("min_match", -1),
        ("min_match", 100.1),
        ("min_match", math.nan),
        ("min_match", None),
        ("effort", "slow"),
        ("effort", None),
    ],
)
def test_should_refuse_what_no_check_can_use(name: str, value: Any) -> None:  # noqa: ANN401
    with pytest.raises(BadParameterError, match=f"{name} must be .* not {value!r}"):
        CheckOptions(**{name: value})


@pytest.mark.parametrize(("top", "min_match"), [(1, 0), (1, 100), (1_000, 99.9)])
def test_should_take_every_number_in_range(top: int, min_match: float) -> None:
    assert CheckOptions(top=top, min_match=min_match).top == top
