"""The slowest page that succeeds ends before the function does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from botocore.model import OperationModel

from lookalike.aws.stores import BACKGROUND_RETRIES
from lookalike.storage.dynamodb.errors import CLIENT_CONFIG, TABLE_RETRIES
from lookalike.sync.id_ranges import IdRanges, packed
from lookalike.sync.reconciler import RESERVE_SECONDS
from lookalike.sync.reconciliation_state import ReconciliationState, Step
from lookalike.sync.repair_steps import INDEX_PAGE_SIZE, MAX_REPAIRS
from tests.builders import VERSION
from tests.unit.sync.reconciliation.conftest import NOW, World

CONFIG: Any = CLIENT_CONFIG
"""Whose type names no options."""
ATTEMPTS = CONFIG.retries["total_max_attempts"]
PAUSES = sum(2**number for number in range(ATTEMPTS - 1))
"""Seconds, at the most, between the attempts of a call that is throttled:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
CALL = ATTEMPTS * (CONFIG.connect_timeout + CONFIG.read_timeout) + PAUSES
"""Seconds of a call of DynamoDB that is answered at the very last moment."""
BEGUN_ANEW = frozenset({"BatchGetItem"})
"""Calls that are repeated for unprocessed keys until the deadline of ``TABLE_RETRIES``."""
REQUEST = BACKGROUND_RETRIES.deadline + BACKGROUND_RETRIES.timeout
"""Seconds of a request to the index: its last attempt may connect and answer equally late."""


class SlowStores:
    """Counts the seconds of requests that are each answered at the very last moment."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self._seconds = 0.0
        self._begun_at: float | None = None
        for name in ("ids", "present", "count", "bulk"):
            answer = partial(self._answer, getattr(world.index, name))
            monkeypatch.setattr(world.index, name, answer)
        world.client.meta.events.register("before-call.dynamodb", self._ask_table)

    def seconds_left(self) -> float:
        """Just enough for one page."""
        if self._begun_at is not None:
            return 0.0
        self._begun_at = self._seconds
        return RESERVE_SECONDS + 1

    @property
    def seconds_of_page(self) -> float:
        assert self._begun_at is not None
        return self._seconds - self._begun_at

    def _answer(self, request: Callable[..., object], *what: object, **how: object) -> object:
        self._seconds += REQUEST
        return request(*what, **how)

    def _ask_table(self, model: OperationModel, **_call: object) -> None:
        self._seconds += CALL
        if model.name in BEGUN_ANEW:
            self._seconds += TABLE_RETRIES.deadline


def _begin(world: World, step: Step) -> None:
    """At a step, with all ranges of ids differing."""
    state = ReconciliationState(version=VERSION, started_at=NOW, step=step)
    everywhere = packed(np.ones(IdRanges(state.digits).count, np.bool_))
    world.reconciliations.save(state.at(step, differing=(everywhere,)))


@pytest.mark.parametrize("stored", [MAX_REPAIRS, MAX_REPAIRS + 1])
def test_should_end_a_page_of_the_table_in_time(
    world: World, monkeypatch: pytest.MonkeyPatch, stored: int
) -> None:
    """Even where the index has none of it."""
    world.store(range(stored))
    _begin(world, Step.STORED)
    stores = SlowStores(world, monkeypatch)
    state = world.reconciler.run(stores.seconds_left)
    assert state.behind == MAX_REPAIRS
    assert RESERVE_SECONDS / 2 < stores.seconds_of_page <= RESERVE_SECONDS


def test_should_end_a_page_of_the_index_in_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the table has none of it."""
    world.index_entries(range(INDEX_PAGE_SIZE))
    _begin(world, Step.SEARCHABLE)
    stores = SlowStores(world, monkeypatch)
    state = world.reconciler.run(stores.seconds_left)
    assert (state.step, state.ahead) == (Step.SEARCHABLE, INDEX_PAGE_SIZE)
    assert RESERVE_SECONDS / 2 < stores.seconds_of_page <= RESERVE_SECONDS
