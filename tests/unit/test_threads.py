"""Results come in order, whatever the order in which threads finish."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from lookalike.threads import MAX_ITEMS_PER_THREAD, results_in_order


def test_should_keep_the_order_of_the_items() -> None:
    last_is_done = threading.Event()

    def first_waits(number: int) -> int:
        if number == 0:
            assert last_is_done.wait(30)
        if number == MAX_ITEMS_PER_THREAD:
            last_is_done.set()
        return -number

    numbers = range(MAX_ITEMS_PER_THREAD + 1)
    assert list(results_in_order(first_waits, numbers, 2)) == [-number for number in numbers]


def test_should_read_no_more_items_than_it_needs() -> None:
    read: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1_000):
            read.append(number)
            yield number

    results = results_in_order(abs, items(), 1)
    assert next(results) == 0
    assert len(read) == MAX_ITEMS_PER_THREAD
    assert next(results) == 1
    assert len(read) == MAX_ITEMS_PER_THREAD + 1


def test_should_end_with_the_first_error_after_telling_running_calls() -> None:
    ended = threading.Event()

    def fail_or_wait(number: int) -> None:
        if number == 0:
            raise ZeroDivisionError
        assert ended.wait(30)

    with pytest.raises(ZeroDivisionError):
        list(results_in_order(fail_or_wait, range(2), 2, before_end=ended.set))


def test_should_stop_while_it_waits_for_a_result() -> None:
    ended = threading.Event()
    asked = iter([False, False, True])
    results = results_in_order(
        lambda _: ended.wait(30), range(2), 1, lambda: next(asked, True), ended.set
    )
    assert list(results) == []
    assert ended.is_set()
