"""Checks are done with the effort that there is time for, where their callers have named none."""

from __future__ import annotations

import math

import pytest

from lookalike.local.overload.caller import Caller, working_for
from lookalike.local.overload.permits import Permits
from lookalike.local.overload.permitted import LONG_WAIT, PermittedMatcher
from lookalike.matching.check import CheckOptions
from lookalike.matching.effort import Effort
from tests.fakes import FakeMatcher
from tests.unit.matching.fakes import numbered


@pytest.mark.parametrize(
    ("fast_from", "wait", "options", "effort"),
    [
        (LONG_WAIT, LONG_WAIT, CheckOptions(is_effort_chosen=False), Effort.FAST),
        (LONG_WAIT, LONG_WAIT - 0.1, CheckOptions(is_effort_chosen=False), Effort.NORMAL),
        (LONG_WAIT, LONG_WAIT, CheckOptions(), Effort.NORMAL),
        (LONG_WAIT, LONG_WAIT, CheckOptions(effort=Effort.THOROUGH), Effort.THOROUGH),
        (math.inf, LONG_WAIT, CheckOptions(is_effort_chosen=False), Effort.NORMAL),
    ],
    ids=["long queue", "short queue", "normal is asked for", "thorough is", "is not set"],
)
def test_should_try_less_while_the_queue_is_long(
    fast_from: float, wait: float, options: CheckOptions, effort: Effort
) -> None:
    matcher = PermittedMatcher(FakeMatcher(), Permits(1), fast_from)
    with working_for(Caller("a client", wait)):
        assert matcher.check(numbered(1), options).effort is effort
