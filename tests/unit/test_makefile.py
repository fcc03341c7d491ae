"""`make` sets up what a target needs, and no more."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from lookalike.fingerprint.model_files import CELL_MODEL_PATH, MODEL_PATH
from scripts.supply_chain.audit import FAILED, FOUND, OUT_OF_REACH

ROOT = Path(__file__).parents[2]
INSTALL = (
    "install --no-deps --no-build-isolation --config-settings editable_mode=compat --editable ."
)
SOURCES = (
    "pyproject.toml",
    "requirements.txt",
    "requirements-build.txt",
    "scripts/build_backend.py",
    "scripts/model/graph.py",
    "scripts/model/projection.npz",
    "lookalike/fingerprint/version.py",
    "scripts/build_page.py",
    "web/package.json",
    "web/package-lock.json",
    "web/src/main.tsx",
)
"""What the installed package, its network and its web page are built from."""
PAGE_TOOLS = "web/node_modules/.package-lock.json"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder in which everything is set up, one step after the other."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for moment, names in enumerate([
        (*SOURCES, "requirements-dev.txt", "package.json", "package-lock.json"),
        (".venv/running",),
        (".venv/development",),
        ("node_modules/.package-lock.json", PAGE_TOOLS),
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


def test_should_say_that_a_port_is_in_use_before_it_loads_anything(checkout: Path) -> None:
    program = checkout / ".venv" / "bin" / "python"
    program.parent.mkdir()
    program.symlink_to(sys.executable)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        done = make(checkout, "run", f"PORT={port}")
    assert done.returncode != 0
    assert (
        done.stdout
        == f"Port {port} is in use. Stop what serves there, or try: make run PORT=9000\n"
    )


@pytest.mark.parametrize("port", ["0", "65536", "123456", "080", "-5", "http"])
def test_should_refuse_what_is_no_port(checkout: Path, port: str) -> None:
    done = make(checkout, "run", f"PORT={port}")
    assert done.returncode != 0
    assert done.stdout == f"PORT={port} is no port; try: make run PORT=9000\n"


def test_should_install_only_what_running_needs_to_run(checkout: Path) -> None:
    (checkout / ".venv" / "running").unlink()
    commands = would_run(checkout, "run")
    assert commands.count("--requirement requirements.txt") == 1
    assert commands.count(INSTALL) == 1
    assert "requirements-dev" not in commands
    assert "npm" not in commands


def test_should_install_the_rest_to_test(checkout: Path) -> None:
    tools = ("node_modules/.package-lock.json", PAGE_TOOLS)
    for name in (".venv/running", ".venv/development", *tools):
        (checkout / name).unlink()
    commands = would_run(checkout, "test")
    for step in (
        "requirements.txt",
        "requirements-dev.txt",
        "mypy",
        "run --silent check",
        "tests.run",
    ):
        assert step in commands
    assert commands.count("npm ci") == len(tools)
    assert commands.count(INSTALL) == 1


@pytest.mark.parametrize("target", ["test", "wheel"])
def test_should_install_nothing_whose_digest_is_not_pinned(checkout: Path, target: str) -> None:
    """Our own package aside, for which nothing is fetched."""
    (checkout / ".venv" / "running").unlink()
    (checkout / ".venv" / "development").unlink()
    commands = would_run(checkout, target).replace("\\\n", "").replace("&&", "\n").splitlines()
    pip = [line for line in commands if re.search(r" -m pip .*\b(install|wheel)\b", line)]
    fetching = [line for line in pip if "--no-deps --no-build-isolation" not in line]
    assert len(pip) > len(fetching) >= 3
    assert [line for line in fetching if "--require-hashes" not in line] == []


@pytest.mark.parametrize("code", [0, OUT_OF_REACH, FOUND, FAILED])
def test_should_pass_where_advisories_are_out_of_reach(checkout: Path, code: int) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\nexit {code}\n", encoding="utf-8")
    python.chmod(0o755)
    done = make(checkout, "audit")
    assert (done.returncode == 0) == (code in {0, OUT_OF_REACH}), done.stderr


def test_should_clean_the_network(checkout: Path) -> None:
    words = would_run(checkout, "clean").split()
    assert str(MODEL_PATH.parent.relative_to(ROOT)) in words
    assert MODEL_PATH.parent == CELL_MODEL_PATH.parent


def would_run(folder: Path, target: str) -> str:
    """What make says it would do."""
    done = make(folder, "--dry-run", target)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("make")
    assert program, "needed to set up, too"
    alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(  # noqa: S603 - our own Makefile
        [program, *arguments],
        cwd=folder, env=alone, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
