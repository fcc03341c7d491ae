"""Catalogues, questions and answers where their values do not matter."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from lookalike.evaluation.answers.answer_file import Answer
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.methods import Hit
from lookalike.evaluation.questions.question import Kind, Question
from lookalike.evaluation.scoring.scored_answers import ScoredAnswer
from lookalike.evaluation.screening import ScreenedPicture
from lookalike.evaluation.settings import EditNames

SOME_EDITS = EditNames(
    edits=("unchanged", "crop10", "grey"),
    random=("random_light",),
    chains=("crop10_flip_jpeg",),
    composites=("collage_left",),
    recolourings=("hue60",),
    hard_negatives=("shared_frame",),
    listings=("own_badges",),
    published=("rotation 4°",),
)
"""One edit of each kind, or a few."""


def entry(
    name: str, group: str = "", colour: str = "", view: str = "", photograph: str = ""
) -> Entry:
    """An entry of a catalogue ``shop``."""
    return Entry(name, "shop", f"shop:{group or name}", Path(name), colour, view, photograph)


def screened_pictures(entries: list[Entry]) -> dict[str, ScreenedPicture]:
    """A distinct picture for every entry, in the entry's colour."""
    return {
        e.entity_id: ScreenedPicture(
            f"picture of {e.entity_id}", bytes(32), Image.new("RGB", (8, 8), e.colour or "white")
        )
        for e in entries
    }


def scored(
    *hits: Hit, expected: str = "own", kind: Kind = Kind.EDIT, edit: str = ""
) -> ScoredAnswer:
    """An answer with these hits."""
    question = Question(kind, edit, "shop", "own", 0, (expected,) if expected else ())
    return ScoredAnswer(question, Answer(question.key, "ours", hits, 10.0))
