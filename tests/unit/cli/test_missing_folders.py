"""A command that needs a catalogue creates none where the name of its folder is mistyped."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from lookalike.cli.app import app
from lookalike.errors import StorageInvalidError

NEEDING = (
    ["duplicates"],
    ["decisions", "add", "a", "b", "duplicate"],
    ["index", "embed"],
    ["key", "revoke", "0123456789abcdef"],
    ["webhooks", "remove", "0123456789abcdef"],
)
ADDING = (["key", "add", "the shop"], ["webhooks", "add", "https://shop.example/events"])


@pytest.mark.parametrize("words", NEEDING, ids=" ".join)
def test_should_refuse_a_folder_without_a_catalogue(words: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "mistyped"
    done = CliRunner().invoke(app, [*words, "--data", str(folder)])
    assert isinstance(done.exception, StorageInvalidError)
    assert str(done.exception) == f"There is no catalogue in the data folder {folder}."
    assert "Load one with `lookalike import`" in done.exception.at_command_line
    assert not folder.exists()


@pytest.mark.parametrize("words", ADDING, ids=" ".join)
def test_should_say_that_a_folder_is_new(words: list[str], tmp_path: Path) -> None:
    said = [
        CliRunner().invoke(app, [*words, "--data", str(tmp_path / "new")]).stderr for _ in range(2)
    ]
    assert ["there is no catalogue in it yet" in each for each in said] == [True, False]
