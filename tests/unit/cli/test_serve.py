"""What ``lookalike serve`` hands to the service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from lookalike.cli.app import app
from lookalike.local import service
from lookalike.local.settings import DAY, LocalSettings


@pytest.mark.parametrize("command", ["serve", "import", "sync"])
def test_should_cut_no_name_in_the_help_at_the_width_of_a_terminal(command: str) -> None:
    said = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "80"}).stdout
    words = said.replace("NAME=COLUMN,…", "").split()
    assert [word for word in words if re.match("(--|LOOKALIKE_).*…", word)] == []
    assert "--obey-robots-txt" in words


@pytest.mark.parametrize("port", ["-1", "65536", "abc"])
def test_should_refuse_what_is_no_port(port: str, tmp_path: Path) -> None:
    refused = CliRunner().invoke(app, ["serve", "--data", str(tmp_path / "no"), "--port", port])
    assert refused.exit_code == 2
    assert not (tmp_path / "no").exists()


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
