"""Bundles are made once, whoever else makes the same at the same moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import bundling
from infra.bundling import Contents, bundle
from infra.environments import Target

CONTENTS = Contents(("infra.prepare_search",), ())


@pytest.fixture(autouse=True)
def _away_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "CACHE", tmp_path)


def test_should_take_what_another_process_has_made_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def install_while_another_does(contents: Contents, target: Target, folder: Path) -> None:
        monkeypatch.setattr(bundling, "_install", lambda *_: None)
        bundle("one", contents, target)
        folder.mkdir()

    monkeypatch.setattr(bundling, "_install", install_while_another_does)
    made = bundle("one", CONTENTS, Target())
    assert [path.name for path in bundling.CACHE.iterdir()] == [made.name]
    assert (made / "infra" / "prepare_search" / "handler.py").is_file()


def test_should_forget_what_is_made_of_earlier_contents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "_install", lambda *_: None)
    earlier = bundle("one", Contents(("infra",), ()), Target())
    other = bundle("another", CONTENTS, Target())
    made = bundle("one", CONTENTS, Target())
    assert not earlier.exists()
    assert other.exists()
    assert made.exists()
