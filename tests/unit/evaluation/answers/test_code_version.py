"""Stored answers are out of date as soon as code, models or libraries that decide have changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lookalike.evaluation.answers import code_version as module
from lookalike.evaluation.answers.code_version import (
    ANSWERING,
    SOURCE,
    code_version,
    imported_modules,
    libraries,
)

DECIDING = (
    "pictures.py",
    "fingerprint/model/lookalike.onnx",
    "fingerprint/phash.py",
    "images/preparation.py",
    "matching/calibration.json",
    "verification/same_photograph.onnx",
    "evaluation/edits/chains.py",
    "evaluation/methods/hashes.py",
    "evaluation/questions/sampling.py",
    "evaluation/answers/indexes.py",
)
NOT_DECIDING = (
    "cli/main.py",
    "cli/commands/evaluate.py",
    "evaluation/benchmark.py",
    "evaluation/report/domain_tables.py",
    "evaluation/report/page.html",
    "evaluation/scoring/metrics.py",
    "http/problems.py",
    "local/service.py",
    "storage/sqlite/storage.py",
)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, in which every file is a link until a test changes it."""
    folder = tmp_path_factory.mktemp("source")
    shutil.copytree(SOURCE / "lookalike", folder / "lookalike", copy_function=_link)
    return folder


def _link(source: str, target: str) -> None:
    Path(target).symlink_to(source)


@pytest.fixture
def changed(scratch: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The copy with one changed file."""
    path = scratch / "lookalike" / request.param
    original = path.readlink()
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content + b"\n")
    yield scratch
    path.unlink()
    path.symlink_to(original)


@pytest.fixture(autouse=True)
def _same_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listing the installed libraries takes a second, and is tested apart."""
    monkeypatch.setattr(module, "libraries", lambda _: {"numpy": "2"})


@cache
def unchanged() -> str:
    """The digest of the package as it is, with the same libraries."""
    return code_version()


def test_should_be_the_same_for_the_same_files(scratch: Path) -> None:
    assert code_version(scratch) == code_version()
    assert len(code_version()) == 16


@pytest.mark.parametrize("changed", DECIDING, indirect=True)
def test_should_change_with_files_that_decide_about_answers(changed: Path) -> None:
    assert code_version(changed) != unchanged()


@pytest.mark.parametrize("changed", NOT_DECIDING, indirect=True)
def test_should_not_change_with_reports_and_commands(changed: Path) -> None:
    assert code_version(changed) == unchanged()


def test_should_change_with_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_version()
    monkeypatch.setattr(module, "libraries", lambda _: {"numpy": "3"})
    assert code_version() != before


def test_should_find_the_libraries_that_decide() -> None:
    found = libraries(imported_modules(ANSWERING).values())
    assert {"numpy", "onnxruntime", "pillow", "imagehash", "scipy"} <= found.keys()
    assert found.keys().isdisjoint({"lookalike", "matplotlib", "typer", "pytest"})


def test_should_list_the_installed_libraries_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes a second, and they stay as they are while a process runs."""
    module._installed.cache_clear()
    files = imported_modules("lookalike.images.preparation").values()
    found = libraries(files)
    monkeypatch.setattr("importlib.metadata.packages_distributions", dict)
    assert libraries(files) == found != {}


def test_should_follow_imports_within_functions_but_not_those_for_type_checkers(
    tmp_path: Path,
) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("import shop.unused\n", "utf-8")
    (package / "unused.py").write_text("", "utf-8")
    (package / "typed.py").write_text("", "utf-8")
    (package / "later.py").write_text("from shop.second import value\n", "utf-8")
    (package / "second.py").write_text("import shop.first\nvalue = 1\n", "utf-8")
    (package / "first.py").write_text(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import shop.typed\n"
        "def run():\n    from shop import later\n",
        "utf-8",
    )
    found = imported_modules("shop.first", tmp_path)
    assert {"shop.first", "shop.later", "shop.second"} <= found.keys()
    assert "shop.typed" not in found


def test_should_leave_out_files_that_do_not_decide(scratch: Path) -> None:
    with_all, without = (
        code_version(scratch, without=names) for names in ((), ("same_photograph.onnx",))
    )
    assert with_all != without


def test_should_be_of_the_module_that_is_named() -> None:
    assert code_version(module="lookalike.evaluation.fitting.collection") != code_version()
