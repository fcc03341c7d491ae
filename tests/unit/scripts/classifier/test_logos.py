"""The made shop of logos is the same each time, and becomes a catalogue like all others."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lookalike.evaluation.catalogues import read_catalogues
from scripts.classifier import catalogues
from scripts.classifier.logos import write_logos


def test_should_write_the_same_logos_again(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        write_logos(folder, 6)
    files = sorted(path.name for path in first.iterdir())
    assert len(files) == 6
    assert [(first / name).read_bytes() for name in files] == [
        (second / name).read_bytes() for name in files
    ]
    assert len({(first / name).read_bytes() for name in files}) == 6


def test_should_be_a_shop_of_as_many_products(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_logos(tmp_path / "pictures" / "cards", 4)
    output = tmp_path / "catalogues"
    arguments = ["catalogues", str(tmp_path / "pictures"), "--output", str(output)]
    monkeypatch.setattr(sys, "argv", arguments)
    catalogues.main()
    entries, refused = read_catalogues([output / "cards.csv"], Path("/"), Path(), "")
    assert not refused
    assert len({entry.group for entry in entries}) == 4
