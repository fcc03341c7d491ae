"""`make setup` builds what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lookalike.fingerprint.model_files import CELL_MODEL_PATH, MODEL_PATH

ROOT = Path(__file__).parents[2]
BUILD = "scripts.model.build"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder in which everything but the network is made, and nothing is what it seems."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for number, name in enumerate((
        "pyproject.toml", "requirements.txt", "requirements-dev.txt", "package.json",
        "package-lock.json", "scripts/build_backend.py", "scripts/model/graph.py",
        "scripts/model/projection.npz", ".venv/running", ".venv/development",
        "node_modules/.package-lock.json",
    )):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (number, number))
    return tmp_path


@pytest.mark.parametrize(
    "there",
    [[], [MODEL_PATH], [CELL_MODEL_PATH], [MODEL_PATH, CELL_MODEL_PATH]],
    ids=["nothing", "whole", "cells", "both"],
)
def test_should_build_the_network_once_unless_both_files_are_there(
    checkout: Path, there: list[Path]
) -> None:
    for path in there:
        copy = checkout / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
    assert would_run(checkout, "setup").count(BUILD) == (0 if len(there) == 2 else 1)


def test_should_clean_both_files(checkout: Path) -> None:
    words = would_run(checkout, "clean").split()
    assert {str(path.relative_to(ROOT)) for path in (MODEL_PATH, CELL_MODEL_PATH)} <= {*words}


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
