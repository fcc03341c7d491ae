"""The scan for advisories tells apart: none, some, and a database that did not answer."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from scripts.supply_chain.audit import FAILED, FOUND, OUT_OF_REACH, PIP_AUDIT, main

SOUND = {"name": "sound", "version": "1.0", "vulns": []}
BROKEN = {
    "name": "broken",
    "version": "2.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.1", "3.0"], "aliases": []}],
}
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found on PyPI"}


def answering(output: str = "", error: str = "", code: int = 0) -> list[str]:
    """A command that answers as pip-audit does."""
    program = "import sys; print(sys.argv[1], end=''); sys.exit(sys.argv[2] or int(sys.argv[3]))"
    return [sys.executable, "-c", program, output, error, str(code)]


def reporting(*libraries: dict[str, Any]) -> list[str]:
    return answering(json.dumps({"dependencies": libraries, "fixes": []}))


def test_should_pass_where_nothing_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(reporting(SOUND)) == 0
    assert "1 libraries were looked up; there are advisories about 0" in capsys.readouterr().out


def test_should_name_what_is_known_as_broken(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(reporting(SOUND, BROKEN)) == FOUND
    assert "broken 2.0: PYSEC-2026-1, mended in 2.1, 3.0" in capsys.readouterr().out


def test_should_say_what_the_database_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(reporting(SOUND, UNKNOWN)) == 0
    assert "The database does not know unknown." in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [
        reporting(UNKNOWN, UNKNOWN),
        answering(error="requests.exceptions.ConnectionError: no route", code=1),
        answering(error="ERROR: Could not connect to PyPI's vulnerability feed", code=1),
    ],
    ids=["index-without-advisories", "no-route", "time-out"],
)
def test_should_say_in_a_sentence_that_it_knows_nothing(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """An index that knows no advisories must not pass for one that has found none."""
    assert main(command) == OUT_OF_REACH
    [line] = capsys.readouterr().out.splitlines()
    assert "out of reach" in line


def test_should_not_hide_that_the_scan_itself_failed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(answering(error="ERROR: requirement x is not hashed", code=1)) == FAILED
    assert "x is not hashed" in capsys.readouterr().err


def test_should_look_up_what_is_locked_and_resolve_nothing() -> None:
    assert {"--require-hashes", "--disable-pip"} <= {*PIP_AUDIT}
    assert PIP_AUDIT[-1].endswith("requirements-dev.txt")
