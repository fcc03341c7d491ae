"""The wheel in an empty environment, far from the repository: it imports, serves and checks."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from uv import find_uv_bin

import lookalike
from lookalike.fingerprint.version import ALGORITHM_VERSION
from scripts import build_page
from tests.wheels import ROOT, wheels

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SAMPLE = ROOT / "sample"
BUILT_FROM = (
    "LICENSE",
    "MANIFEST.in",
    "README.md",
    "THIRD_PARTY_NOTICES.md",
    "pyproject.toml",
    "lookalike",
    "scripts",
    "web",
)
FIVE_LINES = """
from lookalike import Catalogue
catalogue = Catalogue()
catalogue.add("shirt", {photo!r})
[match] = catalogue.check({edited!r}).matches
print(match.product.entity_id, match.verdict)
"""


def run(*command: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A command to its end, without settings of this machine."""
    return subprocess.run(  # noqa: S603 - our own commands
        list(map(str, command)),
        cwd=cwd,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def _environment() -> dict[str, str]:
    ours = ("LOOKALIKE_", "PYTHON", "COV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources in which the network has not been built.

    The page has: npm would need the network.
    """
    build_page.build()
    source = tmp_path_factory.mktemp("source")
    left_out = shutil.ignore_patterns(
        "__pycache__", "model.onnx", "cells.onnx", "lookalike.onnx", "node_modules", "generated"
    )
    for name in BUILT_FROM:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=left_out)
        else:
            shutil.copy(path, source / name)
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index")
    done = run(*pip, "--wheel-dir", source / "dist", source)
    assert done.returncode == 0, done.stderr
    [built] = (source / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what it depends on, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    uv = find_uv_bin()
    created = run(uv, "venv", "--quiet", "--python", sys.executable, folder)
    assert created.returncode == 0, created.stderr
    offline = ("--offline", "--no-index", "--find-links", wheels())
    installed = run(
        uv, "pip", "install", "--quiet", *offline, "--python", folder / "bin/python", wheel
    )
    assert installed.returncode == 0, installed.stderr
    return folder


@pytest.fixture
def command(environment: Path) -> Path:
    """The command that the wheel installs."""
    return environment / "bin" / "lookalike"


def test_should_bring_one_package_and_the_network(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    packages = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert packages == {"lookalike"}
    networks = {name for name in names if name.endswith(".onnx") and "/model/" in name}
    assert len(networks) == 2
    page = {name for name in names if name.startswith("lookalike/http/page/")}
    assert {Path(name).suffix for name in page} >= {".html", ".css", ".js", ".svg", ".txt"}


def test_should_state_the_licences_of_all_that_it_carries(wheel: Path) -> None:
    """Code: MIT; weights of the network: Apache-2.0; icons and font of the page: ISC, OFL-1.1."""
    file = zipfile.ZipFile(wheel)
    [name] = (name for name in file.namelist() if name.endswith(".dist-info/METADATA"))
    assert (
        "License-Expression: MIT AND Apache-2.0 AND ISC AND OFL-1.1\n" in file.read(name).decode()
    )
    licences = {name.partition("/licenses/")[2] for name in file.namelist()}
    assert licences == {"", "LICENSE", "THIRD_PARTY_NOTICES.md"}


def test_should_check_a_picture_in_five_lines(environment: Path, tmp_path: Path) -> None:
    photo = SAMPLE / "photos" / "1a837d72-8a6b-487b-aa36-b3c2d19a8af5.jpg"
    code = FIVE_LINES.format(photo=str(photo), edited=str(SAMPLE / "edited" / "framed.jpg"))
    where = "import lookalike; print(lookalike.__file__)"
    done = run(environment / "bin/python", "-I", "-c", code + where, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    answer, file = done.stdout.splitlines()
    assert answer == "shirt edited_copy"
    assert Path(file).is_relative_to(environment), "nothing of the repository is on the path"


def test_should_tell_its_version_and_that_of_its_fingerprints(command: Path) -> None:
    done = run(command, "--version")
    assert done.returncode == 0, done.stderr
    assert lookalike.__version__ in done.stdout
    assert ALGORITHM_VERSION in done.stdout


def test_should_import_serve_and_check(command: Path, tmp_path: Path) -> None:
    header, *rows = (SAMPLE / "catalogue.csv").read_text(encoding="utf-8").splitlines()
    chosen = [row for row in rows if row.startswith(("1a837d72", "00208c77"))]
    (tmp_path / "few.csv").write_text("\n".join([header, *chosen]), encoding="utf-8")
    loaded = run(command, "import", "few.csv", "--images-root", SAMPLE, cwd=tmp_path)
    assert loaded.returncode == 0, loaded.stderr
    framed = SAMPLE / "edited" / "framed.jpg"
    checked = run(command, "check", framed, "--json", cwd=tmp_path)
    assert json.loads(checked.stdout)["is_duplicate"], checked.stderr
    with serving(command, tmp_path) as url, framed.open("rb") as picture:
        answer = requests.post(f"{url}/find_similar", files={"image": picture}, timeout=60).json()
        page = requests.get(url, timeout=60)
    assert answer["matches"][0]["entity_id"].startswith("1a837d72")
    assert "<title>" in page.text


@contextmanager
def serving(command: Path, folder: Path) -> Iterator[str]:
    """The service on a free port; its address."""
    with subprocess.Popen(  # noqa: S603 - our own program
        [str(command), "serve", "--port", "0"],
        cwd=folder,
        env=_environment(),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            found = next(filter(None, (re.search(r"http://\S+", line) for line in process.stderr)))
            yield found.group()
        finally:
            process.terminate()
            process.communicate(timeout=60)


@pytest.mark.parametrize(
    ("extra", "arguments"),
    [
        ("evaluation", ("evaluate", SAMPLE / "catalogue.csv", "--quick")),
        ("aws", ("key", "--stack", "lookalike-dev")),
    ],
)
def test_should_say_in_a_sentence_which_extra_is_missing(
    command: Path, tmp_path: Path, extra: str, arguments: tuple[object, ...]
) -> None:
    done = run(command, *arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert f"extra '{extra}'" in " ".join(done.stderr.split())
    assert not re.search(r"install '?lookalike\b(?!-)", done.stderr), "no registry has our name"
