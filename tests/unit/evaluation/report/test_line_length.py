"""Lines of generated documents are as short as those of the others."""

from __future__ import annotations

import pytest

from lookalike.evaluation.report.line_length import MAX_LINE, wrapped

LONG = "word " * 60


def test_should_wrap_a_paragraph() -> None:
    lines = wrapped(LONG).split("\n")
    assert max(map(len, lines)) <= MAX_LINE
    assert " ".join(lines).split() == LONG.split()


def test_should_indent_the_lines_of_a_list_item() -> None:
    first, second, *_ = wrapped(f"- {LONG}\n- short").split("\n")
    assert first.startswith("- word")
    assert second.startswith("  word")
    assert wrapped(f"- {LONG}\n- short").endswith("\n- short")


@pytest.mark.parametrize("part", [f"| {LONG} |", f"# {LONG}", f"![{LONG}](x.svg)", f"    {LONG}"])
def test_should_leave_tables_headings_figures_and_code_as_they_are(part: str) -> None:
    assert wrapped(part) == part


def test_should_leave_short_paragraphs_as_they_are() -> None:
    text = "One line\nand another.\n\nA second paragraph.\n"
    assert wrapped(text) == text
