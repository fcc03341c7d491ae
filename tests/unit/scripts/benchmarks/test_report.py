"""The report of the benchmarks."""

from __future__ import annotations

from scripts.benchmarks.report import Section, Target, document, updated

MET = Target("a fingerprint", "≤ 30 ms", "29 ms", is_met=True)
MISSED = Target("an import", "≥ 30", "12", is_met=False)


def test_should_mark_missed_targets() -> None:
    text = document("- a machine", "A method.", [Section("Speed", "Text.", [MET, MISSED])])
    assert "| a fingerprint | ≤ 30 ms | 29 ms | yes |" in text
    assert "| an import | ≥ 30 | 12 | **no** |" in text


def test_should_keep_sections_in_order() -> None:
    text = document("- a machine", "A method.", [Section("B", "1"), Section("A", "2")])
    assert text.index("## B") < text.index("## A")


def test_should_send_sections_between_processes() -> None:
    section = Section("Speed", "Text.", [MET])
    assert Section.from_json(section.json) == section


def test_should_replace_a_section_and_keep_the_others() -> None:
    before = document(
        "- a machine",
        "A method.",
        [Section("A", "Old.\n\n### Part\n\nOld.", [MISSED]), Section("B", "Kept.", [MET])],
    )

    after = updated(before, "- another", [Section("A", "New.", [MET]), Section("C", "More.")])

    assert "Old" not in after
    assert after.index("\n## A\n") < after.index("Kept.") < after.index("\n## C\n")
    assert after.index("## Machine\n\n- a machine\n") < after.index("- another\n\nNew.")
    assert "| an import |" not in after
    assert after.count("| a fingerprint | ≤ 30 ms | 29 ms | yes | A |") == 1
    assert after.count("| a fingerprint | ≤ 30 ms | 29 ms | yes | B |") == 1


def test_should_change_nothing_if_a_section_is_replaced_by_itself() -> None:
    section = Section("A", "New.", [MET])
    once = updated(document("- a machine", "A method.", []), "- another", [section])
    assert updated(once, "- another", [section]) == once
