"""The web page is built anew when its sources change, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import build_page


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder with all that a page is built from."""
    folder = tmp_path / "web"
    (folder / "src").mkdir(parents=True)
    for name in build_page._FILES:
        (folder / name).write_text(name, encoding="utf-8")
    (folder / "src" / "main.tsx").write_text("1", encoding="utf-8")
    return folder


@pytest.fixture
def page(tmp_path: Path, sources: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page that was built from these sources; npm and Vite are played."""
    folder = tmp_path / "page"

    def played(_: Path, program: str, *arguments: str) -> None:
        if program == "node":
            folder.mkdir(exist_ok=True)
            assert str(folder) in arguments
            (folder / "index.html").write_text("built", encoding="utf-8")

    monkeypatch.setattr(build_page, "_run", played)
    build_page.build(folder, sources)
    return folder


def test_should_build_once(page: Path, sources: Path) -> None:
    assert build_page.is_built(page, sources)
    (page / "index.html").write_text("kept", encoding="utf-8")
    build_page.build(page, sources)
    assert (page / "index.html").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("name", ["package-lock.json", "src/main.tsx", "src/new.css"])
def test_should_build_anew_what_has_changed(page: Path, sources: Path, name: str) -> None:
    (sources / name).write_text("changed", encoding="utf-8")
    assert not build_page.is_built(page, sources)
    build_page.build(page, sources)
    assert build_page.is_built(page, sources)


def test_should_not_mind_tests_and_what_npm_installs(page: Path, sources: Path) -> None:
    (sources / "node_modules").mkdir()
    (sources / "node_modules" / "a.js").touch()
    (sources / "src" / "main.test.ts").touch()
    assert build_page.is_built(page, sources)


def test_should_say_what_failed(sources: Path, tmp_path: Path) -> None:
    (sources / "package-lock.json").write_text("{}", encoding="utf-8")
    (sources / "package.json").write_text("no JSON", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"cannot be built, since `npm ci` failed"):
        build_page.build(tmp_path / "page", sources)
    assert not build_page.is_built(tmp_path / "page", sources)
