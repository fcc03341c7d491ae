"""The report."""

from __future__ import annotations

from scripts.benchmarks.report import Section, Target, document, updated

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


def test_should_bring_a_section_into_a_report_and_leave_the_others() -> None:
    before = document(
        "- a machine",
        "A method.",
        [Section("A", "Old.\n\n### Part\n\nOld.", [MISSED]), Section("B", "Kept.", [REACHED])],
    )

    after = updated(before, "- another", [Section("A", "New.", [REACHED]), Section("C", "More.")])

    assert "Old" not in after
    assert after.index("\n## A\n") < after.index("Kept.") < after.index("\n## C\n")
    assert after.index("## Machine\n\n- a machine\n") < after.index("- another\n\nNew.")
    assert "| an import |" not in after
    assert after.count("| a fingerprint | ≤ 30 ms | 29 ms | yes | A |") == 1
    assert after.count("| a fingerprint | ≤ 30 ms | 29 ms | yes | B |") == 1


def test_should_change_nothing_where_the_same_is_brought_in_again() -> None:
    section = Section("A", "New.", [REACHED])
    once = updated(document("- a machine", "A method.", []), "- another", [section])
    assert updated(once, "- another", [section]) == once
