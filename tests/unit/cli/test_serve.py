"""What ``lookalike serve`` hands to the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from lookalike.cli.app import app
from lookalike.local import service
from lookalike.local.settings import DAY, LocalSettings


def test_should_take_the_times_that_things_are_kept_in_days(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = list[LocalSettings]()

    @contextmanager
    def fake(settings: LocalSettings) -> Iterator[None]:
        seen.append(settings)
        raise typer.Exit(0)
        yield

    monkeypatch.setattr(service, "service", fake)
    times = ("--refresh-after", "0.5", "--keep-imports", "2", "--keep-events", "3")
    done = CliRunner().invoke(app, ["serve", "--data", str(tmp_path), "--port", "0", *times])
    assert done.exit_code == 0, done.output
    [settings] = seen
    assert settings.refresh_after == DAY / 2
    assert (settings.keep_imports, settings.keep_events) == (2 * DAY, 3 * DAY)
