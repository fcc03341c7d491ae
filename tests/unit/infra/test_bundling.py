"""Bundles are built once, even if another process builds the same at the same moment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from infra import bundling
from infra.bundling import Contents, bundle
from infra.environments import Target

CONTENTS = Contents(("lambdas.prepare_search",), ())


@pytest.fixture(autouse=True)
def _away_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "CACHE", tmp_path)


def test_should_use_the_bundle_that_another_process_built_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def install_while_another_does(contents: Contents, target: Target, folder: Path) -> None:
        monkeypatch.setattr(bundling, "_install", lambda *_: None)
        bundle("one", contents, target)
        folder.mkdir()

    monkeypatch.setattr(bundling, "_install", install_while_another_does)
    built = bundle("one", CONTENTS, Target())
    assert [path.name for path in bundling.CACHE.iterdir()] == [built.name]
    assert (built / "lambdas" / "prepare_search" / "handler.py").is_file()


def test_should_delete_bundles_of_earlier_contents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "_install", lambda *_: None)
    earlier = bundle("one", Contents(("infra",), ()), Target())
    other = bundle("another", CONTENTS, Target())
    built = bundle("one", CONTENTS, Target())
    assert not earlier.exists()
    assert other.exists()
    assert built.exists()


def test_should_let_lambda_read_what_this_user_keeps_to_himself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bundling, "_install", lambda *_: None)
    before = os.umask(0o077)
    try:
        built = bundle("one", CONTENTS, Target())
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in built.rglob("*") if path.is_file()}
    assert modes == {0o644}
    assert built.stat().st_mode & 0o777 == 0o755
