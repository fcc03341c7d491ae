"""`make` sets up what a target needs, and no more."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lookalike.fingerprint.model_files import CELL_MODEL_PATH, MODEL_PATH

ROOT = Path(__file__).parents[2]
INSTALL = "install --no-deps --editable ."
SOURCES = (
    "pyproject.toml",
    "requirements.txt",
    "scripts/build_backend.py",
    "scripts/model/graph.py",
    "scripts/model/projection.npz",
    "lookalike/fingerprint/version.py",
)
"""What the installed package and its network are built from."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder in which everything is set up, one step after the other."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for moment, names in enumerate([
        (*SOURCES, "requirements-dev.txt", "package.json", "package-lock.json"),
        (".venv/running",),
        (".venv/development",),
        ("node_modules/.package-lock.json",),
    ]):  # fmt: skip
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            os.utime(path, (moment, moment))
    return tmp_path


@pytest.mark.parametrize("target", ["run", "setup"])
def test_should_install_nothing_that_is_installed(checkout: Path, target: str) -> None:
    assert " install " not in would_run(checkout, target)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("target", ["run", "setup"])
def test_should_build_anew_what_has_changed(checkout: Path, target: str, source: str) -> None:
    (checkout / source).touch()
    assert would_run(checkout, target).count(INSTALL) == 1


def test_should_install_only_what_running_needs_to_run(checkout: Path) -> None:
    (checkout / ".venv" / "running").unlink()
    commands = would_run(checkout, "run")
    assert commands.count("install --requirement requirements.txt") == 1
    assert commands.count(INSTALL) == 1
    assert "requirements-dev" not in commands
    assert "npm" not in commands


def test_should_install_the_rest_to_test(checkout: Path) -> None:
    for name in (".venv/running", ".venv/development", "node_modules/.package-lock.json"):
        (checkout / name).unlink()
    commands = would_run(checkout, "test")
    for step in ("requirements.txt", "requirements-dev.txt", "npm ci", "mypy", "tests.run"):
        assert step in commands
    assert commands.count(INSTALL) == 1


def test_should_clean_the_network(checkout: Path) -> None:
    words = would_run(checkout, "clean").split()
    assert str(MODEL_PATH.parent.relative_to(ROOT)) in words
    assert MODEL_PATH.parent == CELL_MODEL_PATH.parent


def would_run(folder: Path, target: str) -> str:
    """What make says it would do."""
    make = shutil.which("make")
    assert make, "needed to set up, too"
    alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(  # noqa: S603 - our own Makefile
        [make, "--dry-run", target],
        cwd=folder, env=alone, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return done.stdout
