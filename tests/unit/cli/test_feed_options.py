"""Options of the commands that read a catalogue."""

from __future__ import annotations

from lookalike.catalogue.web_revision import REFRESH_AFTER
from lookalike.cli.feed_options import DEFAULT_REFRESH_AFTER
from lookalike.local.settings import DAY


def test_should_ask_again_after_the_time_that_the_service_takes() -> None:
    assert DEFAULT_REFRESH_AFTER * DAY == REFRESH_AFTER
