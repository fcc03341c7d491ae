"""A measurement may be of some edits alone."""

from __future__ import annotations

from lookalike.evaluation.settings import ALL_EDITS


def test_should_keep_the_named_edits_and_the_unchanged_picture() -> None:
    chosen = ALL_EDITS.only(["pasted", "random_rotation", "crop10"])
    assert set(chosen.edits) == {"unchanged", "crop10"}
    assert chosen.random == ("random_rotation",)
    assert chosen.composites == ("pasted",)
    assert not [
        *chosen.chains,
        *chosen.recolourings,
        *chosen.hard_negatives,
        *chosen.listings,
        *chosen.published,
    ]


def test_should_keep_all_edits_where_none_is_named() -> None:
    assert ALL_EDITS.only([]) == ALL_EDITS
