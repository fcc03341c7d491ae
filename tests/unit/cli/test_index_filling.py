"""A new index is created once, however often its filling is stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lookalike.cli.index_filling import begun_filling, filled, tables_of_stack
from lookalike.errors import SettingInvalidError
from lookalike.storage.scan_progress import ProgressFile, ScanProgress

NEW = ScanProgress("pictures", "http://node", 2)


def test_should_create_an_index_once(tmp_path: Path) -> None:
    file, names = ProgressFile(tmp_path / "progress.json"), iter(["index-1", "index-2"])
    begun = begun_filling(file, NEW, lambda: next(names))
    assert begun.target == "index-1"
    assert begun_filling(file, NEW, lambda: next(names)) == begun


def test_should_keep_what_was_read_when_filling_is_stopped(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path / "progress.json")
    begun = begun_filling(file, NEW, lambda: "index-1")

    def stopped(on_page: Callable[[ScanProgress], None]) -> None:
        on_page(begun.at(5, 0, {"id": "e"}))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled(stopped, begun, file, "picture")
    begun = begun_filling(file, NEW, lambda: "index-2")
    assert (begun.target, begun.records) == ("index-1", 5)
    told = filled(lambda on_page: on_page(begun.at(6, 0, None)), begun, file, "picture")
    assert told.startswith("1 picture added, ")


def test_should_say_how_to_name_tables() -> None:
    with pytest.raises(SettingInvalidError, match="--table, or --stack"):
        tables_of_stack(None, None, ("PicturesTable",), "Name it: --table, or --stack.")
