"""The page's own tests pass: its units in node, and its journeys in a Chromium from npm.

The journeys are in ``web/journeys``; CONTRIBUTING.md says how to run one of them by hand.
"""

from __future__ import annotations

import csv
import gzip
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import build_page
from tests.integration.processes import (
    ROOT,
    SAMPLE,
    SAMPLE_CATALOGUE,
    environment,
    lookalike,
    serving,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

WEB = ROOT / "web"
LICENCES = ROOT / "scripts" / "supply_chain" / "licences.toml"
EDITED = ("01612828", "1a837d72", "3fc1c8b5")
"""Beginnings of the ids of the products whose pictures the journeys edit."""
FURTHER = 9


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a few products of the sample."""
    folder = tmp_path_factory.mktemp("page")
    with SAMPLE_CATALOGUE.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    edited = [row for row in rows if row[0].startswith(EDITED)]
    further = [row for row in rows if row not in edited][:FURTHER]
    with (folder / "catalogue.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *edited, *further])
    catalogue = (folder / "catalogue.csv", "--images-root", SAMPLE)
    done = lookalike("import", *catalogue, "--data", folder / "data")
    assert done.code == 0, done.errors
    return folder / "data"


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    """The address of a service on that folder, with the page as its sources are now."""
    build_page.build()
    options = ("--images-root", SAMPLE, "--allow-private-hosts")
    with serving(data, *options) as running:
        yield running.url


def run(script: str, *arguments: str, address: str = "") -> None:
    """Run a program of the page's tools."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603 - our own tools
        ["node", str(WEB / "node_modules" / script), *arguments],  # noqa: S607 - that of the venv
        cwd=WEB,
        env=environment() | {"PATH": programs, "LOOKALIKE_URL": f"{address}/", "CI": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=1500,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_should_pass_its_unit_tests() -> None:
    run("vitest/vitest.mjs", "run")


def test_should_go_through_its_journeys(address: str) -> None:
    run("@playwright/test/cli.js", "test", address=address)


def test_should_hold_nothing_whose_licence_is_not_allowed() -> None:
    """What the build lists of its script, as ``make licences`` holds Python libraries to it."""
    build_page.build()
    written = (build_page.PAGE / "licences.txt").read_text(encoding="utf-8")
    held = dict(re.findall(r"^## (\S+) - \S+ \((.+)\)$", written, re.MULTILINE))
    assert {"preact", "lucide"} <= held.keys()
    allowed = tomllib.loads(LICENCES.read_text(encoding="utf-8"))["allowed"]
    assert {name: licence for name, licence in held.items() if licence not in allowed} == {}


def test_should_stay_small() -> None:
    """150 kB compressed, the font and the sample pictures included."""
    build_page.build()
    files = [*build_page.PAGE.joinpath("assets").iterdir(), build_page.PAGE / "index.html"]
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= 150_000
