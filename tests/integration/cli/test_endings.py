"""Commands end quietly where nobody reads on, and say what was wrong where somebody does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lookalike import Catalogue
from tests.integration.processes import PATIENCE, SAMPLE, command, environment, lookalike

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

PHOTOS = sorted((SAMPLE / "photos").glob("*.jpg"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with an empty catalogue."""
    folder = tmp_path / "data"
    Catalogue(folder).close()
    return folder


def test_check_should_end_quietly_when_its_output_is_closed(data: Path) -> None:
    """As programs do that SIGPIPE ends: 141 is the code of that in a shell."""
    with (
        subprocess.Popen(  # noqa: S603 - our own program
            command("check", *PHOTOS[:30], "--json", "--data", data),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        ) as process
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read().splitlines()
        assert process.wait(PATIENCE) == 141
    assert told == []


def test_check_should_say_that_the_catalogue_is_empty(data: Path) -> None:
    done = lookalike("check", PHOTOS[0], "--data", data)
    assert (done.code, done.output) == (4, "Not in the catalogue.\n")
    assert done.errors == f"The catalogue in {data} is empty: no check finds anything.\n"


def test_check_should_name_a_single_file_that_is_no_picture(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "notes.jpg"
    path.write_text("These are notes.")
    done = lookalike("check", path, "--data", data)
    assert done.code == 1
    assert done.errors.splitlines()[-1].startswith(f"lookalike: {path}: The bytes are not a pic")
