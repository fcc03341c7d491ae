"""Bundles are built once, even if another process builds the same at the same moment."""

from __future__ import annotations

import os
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from infra import bundling
from infra.bundling import Contents, bundle
from infra.environments import Target

CONTENTS = Contents("one", ("lambdas.prepare_search",), ())


@pytest.fixture(autouse=True)
def _away_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "CACHE", tmp_path)


def test_should_use_the_bundle_that_another_process_built_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def install_while_another_does(contents: Contents, target: Target, folder: Path) -> None:
        monkeypatch.setattr(bundling, "_install", lambda *_: None)
        bundle(contents, target)
        folder.mkdir()

    monkeypatch.setattr(bundling, "_install", install_while_another_does)
    built = bundle(CONTENTS, Target())
    assert [path.name for path in bundling.CACHE.iterdir()] == [built.name]
    assert (built / "lambdas" / "prepare_search" / "handler.py").is_file()


def test_should_install_no_other_file_than_the_one_that_is_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Even of the right name and version, from wherever it comes."""
    index = tmp_path / "index"
    forge(index, "threadpoolctl", "3.8.0")
    offline = tmp_path / "uv.toml"
    offline.write_text(f"[pip]\nno-index = true\nfind-links = ['{index}']\n", encoding="utf-8")
    monkeypatch.setenv("UV_CONFIG_FILE", str(offline))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    contents = Contents("one", ("lambdas.prepare_search",), ("threadpoolctl",))
    with pytest.raises(subprocess.CalledProcessError):
        bundle(contents, Target())
    assert "hash mismatch" in capfd.readouterr().err.lower()


def forge(folder: Path, name: str, version: str) -> None:
    """Write a wheel without contents."""
    folder.mkdir()
    metadata = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        wheel.writestr(f"{metadata}/METADATA", head)
        wheel.writestr(
            f"{metadata}/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr(f"{metadata}/RECORD", "")


def test_should_delete_bundles_of_earlier_contents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "_install", lambda *_: None)
    earlier = bundle(replace(CONTENTS, folders=("infra",)), Target())
    other = bundle(replace(CONTENTS, name="another"), Target())
    built = bundle(CONTENTS, Target())
    assert not earlier.exists()
    assert other.exists()
    assert built.exists()


def test_should_let_lambda_read_what_this_user_keeps_to_himself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bundling, "_install", lambda *_: None)
    before = os.umask(0o077)
    try:
        built = bundle(CONTENTS, Target())
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in built.rglob("*") if path.is_file()}
    assert modes == {0o644}
    assert built.stat().st_mode & 0o777 == 0o755
