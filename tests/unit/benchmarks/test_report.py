"""The report."""

from __future__ import annotations

from scripts.benchmarks.report import Section, Target, document

REACHED = Target("a fingerprint", "≤ 30 ms", "29 ms", reached=True)
MISSED = Target("an import", "≥ 30", "12", reached=False)


def test_should_say_which_targets_are_missed() -> None:
    text = document("- a machine", "A method.", [Section("Speed", "Text.", [REACHED, MISSED])])
    assert "| a fingerprint | ≤ 30 ms | 29 ms | yes |" in text
    assert "| an import | ≥ 30 | 12 | **no** |" in text


def test_should_keep_sections_in_order() -> None:
    text = document("- a machine", "A method.", [Section("B", "1"), Section("A", "2")])
    assert text.index("## B") < text.index("## A")


def test_should_hand_sections_between_processes() -> None:
    section = Section("Speed", "Text.", [REACHED])
    assert Section.of_json(section.json) == section
