"""How the command line is found, and how it presents itself."""

from __future__ import annotations

import re
from importlib import metadata

import pytest

from lookalike import __version__
from lookalike.fingerprint.version import ALGORITHM_VERSION
from tests.integration.processes import lookalike


def test_should_be_installed_under_its_name() -> None:
    """``pip install`` makes a command of it; all tests here start it with ``python -m``."""
    [entry] = metadata.entry_points(group="console_scripts", name="lookalike")
    assert entry.value == "lookalike.cli.main:main"


def test_should_say_both_versions() -> None:
    """The package and the algorithm, which stored fingerprints depend on, have one each."""
    done = lookalike("--version")
    version = f"lookalike {__version__}, algorithm {ALGORITHM_VERSION}\n"
    assert (done.code, done.output, done.errors) == (0, version, "")


def test_help_should_begin_with_what_one_machine_needs() -> None:
    help_text = lookalike("--help").output
    names = re.findall(r"^│ ([a-z]+) {2}", help_text, re.MULTILINE)
    assert names[:6] == ["serve", "import", "sync", "check", "compare", "search"]
    one_machine, _, aws = help_text.partition("A deployment on AWS")
    of_aws = r"^│ (adopt|doctor|index|replay|restore) "
    assert not re.search(of_aws, one_machine, re.MULTILINE)
    assert len(re.findall(of_aws, aws, re.MULTILINE)) == 5


@pytest.mark.parametrize("command", ["", "serve", "import", "check", "compare", "status"])
def test_help_should_be_there(command: str) -> None:
    done = lookalike(*command.split(), "--help")
    assert (done.code, done.errors) == (0, "")
    assert "Usage" in done.output


@pytest.mark.parametrize("command", ["check", "import"])
def test_help_should_document_exit_codes(command: str) -> None:
    assert "Exit code 0:" in lookalike(command, "--help").output
