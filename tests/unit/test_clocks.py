"""The system's clock may be set by an hour or a day: what waits or ends in time does not see it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "lookalike"
TIMED = (
    "http",
    "images",
    "imports/fingerprint_worker.py",
    "local/http_server",
    "local/overload",
    "local/workers",
    "matching",
    "storage/retries.py",
    "storage/sqlite/database.py",
    "storage/sqlite/schema.py",
)
"""Deadlines, limits of rates, time limits of decoders, pauses, and what keys are cached for."""
WALL_CLOCK = re.compile(r"\btime\.time\b|datetime\.(now|utcnow)|from time import [^\n]*\btime\b")


@pytest.mark.parametrize("name", TIMED)
def test_should_measure_time_by_a_clock_that_only_grows(name: str) -> None:
    place = PACKAGE / name
    files = list(place.rglob("*.py")) if place.is_dir() else [place]
    assert files
    assert [path.name for path in files if WALL_CLOCK.search(path.read_text("utf-8"))] == []
