"""What is typed on the command line counts, whatever the environment says."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lookalike.cli.app import app


def _status(*words: str) -> Result:
    return CliRunner().invoke(app, ["status", *words])


@pytest.fixture(autouse=True)
def _service_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_URL", "http://127.0.0.1:9")


def test_should_ask_the_service_of_the_environment() -> None:
    assert "127.0.0.1:9" in str(_status().exception)


def test_should_open_the_folder_that_is_typed(tmp_path: Path) -> None:
    assert str(tmp_path / "none") in str(_status("--data", str(tmp_path / "none")).exception)


def test_should_refuse_two_places(tmp_path: Path) -> None:
    for words in (
        ["--data", str(tmp_path), "--url", "http://a"],
        ["--url", "http://a", "--data", "b"],
    ):
        done = _status(*words)
        assert done.exit_code == 2
        assert "in one place" in done.stderr
