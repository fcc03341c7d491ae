"""What is printed commands no terminal, whoever wrote it."""

from __future__ import annotations

import json

import pytest

from lookalike.cli.output import show_json
from lookalike.terminal import console, counted, visible


def test_should_show_control_characters_as_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    console.print("sku \x1b]0;owned\x07 \x9b31m \u202egpj \x7f", "a\tb\nü €")
    assert capsys.readouterr().out.split() == [
        "sku",
        r"\x1b]0;owned\x07",
        r"\x9b31m",
        r"\u202egpj",
        r"\x7f",
        "a",
        "b",
        "ü",
        "€",
    ]


def test_should_count_in_the_singular_and_in_the_plural() -> None:
    assert [counted(number, "row") for number in (0, 1, 1200)] == ["0 rows", "1 row", "1,200 rows"]


def test_should_leave_ordinary_text_as_it_is() -> None:
    text = "Größe 42 “x” 漢字 🙂 עברית\n\tb"
    assert visible(text) == text


def test_should_print_json_without_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    document = {"sku": "\x1b[31m\x9b31m\x7f", "name": "ü"}
    show_json(json.dumps(document, ensure_ascii=False))
    printed = capsys.readouterr().out
    assert json.loads(printed) == document
    assert printed.strip().isprintable()
    assert "ü" in printed
