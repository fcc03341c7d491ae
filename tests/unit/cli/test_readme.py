"""The README lists all commands, and calls what they are given as they do."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from lookalike.cli.app import app

README = Path(__file__).parents[3] / "README.md"
_ROW = re.compile(r"^\| `lookalike ([a-z]+)([^`]*)` \|", re.MULTILINE)


def in_readme() -> dict[str, str]:
    """By command: what it is given, or its subcommands, as its row of the table says."""
    rows = _ROW.findall(README.read_text(encoding="utf-8"))
    named = {name: re.split(r" ?(?:\[|--)", given)[0].strip() for name, given in rows}
    return {name: given.replace("\\|", "|").removesuffix(" …") for name, given in named.items()}


def in_code() -> dict[str, str]:
    """The same, as the commands declare it."""
    return {name: _given(command) for name, command in _parts(typer.main.get_command(app)).items()}


def _parts(command: object) -> dict[str, object]:
    found: dict[str, object] = getattr(command, "commands", {})
    return found


def _given(command: object) -> str:
    if parts := _parts(command):
        return "|".join(parts)
    parameters = getattr(command, "params", [])
    return " ".join(each.metavar for each in parameters if each.param_type_name == "argument")


def test_should_list_every_command_with_what_it_is_given() -> None:
    assert in_readme() == in_code()
