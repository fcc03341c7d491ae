"""What any client can cause is logged some times a minute."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from lookalike.local.http_server.log_limit import AT_ONCE, SECONDS, LogLimit
from tests.fakes import Clock


@pytest.fixture
def clock() -> Clock:
    """At zero."""
    return Clock()


@pytest.fixture
def log(clock: Clock) -> Iterator[logging.Logger]:
    """A limited logger."""
    limit, logger = LogLimit(clock), logging.getLogger("tests.limited")
    logger.addFilter(limit)
    yield logger
    logger.removeFilter(limit)


def test_should_leave_out_repeated_messages(
    log: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(1000):
        log.warning("out of files\nsocket: %d", number)
    log.warning("another message")
    assert len(caplog.records) == AT_ONCE + 1


def test_should_say_how_many_were_left_out(
    log: logging.Logger, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(1000):
        log.warning("out of %s", "files")
    clock.now = SECONDS
    log.warning("out of %s", "files")
    log.warning("out of %s", "files")
    said = [record.getMessage() for record in caplog.records[AT_ONCE:]]
    assert said == ["out of files (and 990 times more before)", "out of files"]
