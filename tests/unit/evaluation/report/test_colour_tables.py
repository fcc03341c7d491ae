"""Real other colours are counted by pair and by product, and by lightness."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from lookalike.evaluation.benchmark import Measured
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.methods import Hit
from lookalike.evaluation.questions.question import Kind
from lookalike.evaluation.report.colour_tables import ONE_PHOTOGRAPH, lightness_of, other_colours
from lookalike.evaluation.report.document import Table
from lookalike.evaluation.report.domain_tables import Domain
from lookalike.evaluation.scoring.scored_answers import Results
from lookalike.evaluation.screening import ScreenedPicture
from lookalike.evaluation.settings import EvaluationSettings, SampleSize
from tests.unit.evaluation.builders import entry, scored

COPY, VARIANT = "edited_copy", "colour_variant"
PALE_ONES, DARK_ONES = ("cream", "sand"), ("navy", "black")
SHADES = {"cream": (225, 222, 210), "sand": (230, 225, 215), "navy": (20, 22, 40)}
SHADES |= {"black": (22, 22, 22), "far": (20, 22, 40), "plum": (150, 70, 120)}
SHADES |= {"jet": (0, 0, 0), "pitch": (8, 8, 8), "snow": (255, 255, 255), "milk": (250, 250, 250)}
WHITE, GREY = (255, 255, 255), (200, 200, 200)


def garment(
    colour: tuple[int, int, int], ground: tuple[int, int, int] = (255, 255, 255)
) -> Image.Image:
    """A garment of one colour on a ground of another."""
    picture = Image.new("RGB", (128, 128), ground)
    picture.paste(colour, (34, 24, 94, 104))
    return picture


def measured(pairs: list[tuple[Entry, Entry, str]]) -> tuple[Domain, Measured]:
    """Answers that call the second entry of each pair by a verdict."""
    asked = []
    for number, (one, other, verdict) in enumerate(pairs):
        found = scored(Hit(other.entity_id, 0.9, verdict), expected=other.entity_id)
        question = replace(
            found.question,
            kind=Kind.OTHER_COLOUR,
            query=one.entity_id,
            other=other.entity_id,
            seed=number,
        )
        asked.append((question, replace(found.answer, question=question.key)))
    entries = [each for *pair, _ in pairs for each in pair]
    results = Results(
        [question for question, _ in asked],
        {(question.key, "ours"): answer for question, answer in asked},
        entries,
    )
    screened = {
        each.entity_id: ScreenedPicture(
            each.entity_id,
            bytes([255] * 8 + [0] * 24) if each.colour == "far" else bytes(32),
            garment(SHADES[each.colour], GREY if min(SHADES[each.colour]) > 240 else WHITE),
        )
        for each in entries
    }
    settings = EvaluationSettings([], Path(), SampleSize(1, 1, 1))
    return Domain(results, "shop", ("ours",)), Measured(settings, entries, screened, [], results)


def rows(pairs: list[tuple[Entry, Entry, str]]) -> dict[str, list[str]]:
    """The cells of the table by the label of their row."""
    domain, found = measured(pairs)
    section = other_colours([domain], found)
    assert section
    (table,) = section.parts
    assert isinstance(table, Table)
    return {label: cells for label, *cells in table.rows}


def pair(product: str, colours: tuple[str, str], verdict: str) -> tuple[Entry, Entry, str]:
    """Two colours of a product, and what the second one is called."""
    one, other = (entry(f"{product}-{colour}", product, colour, "main") for colour in colours)
    return one, other, verdict


def test_should_count_each_product_once() -> None:
    """One shirt gives three pairs that are called copies, and a hat one that is called variant."""
    pairs = [pair("shirt", PALE_ONES, COPY)] * 3 + [pair("hat", PALE_ONES, VARIANT)]
    assert rows(pairs)["all"] == ["4", "2", ".750", ".500", ".250", ".500"]


def test_should_tell_pale_from_dark_products() -> None:
    found = rows([pair("shirt", PALE_ONES, COPY), pair("hat", DARK_ONES, VARIANT)])
    assert found["pale"][:3] == ["1", "1", "1.000"]
    assert found["dark"][:3] == ["1", "1", ".000"]
    assert found["mid"] == ["0", "0", "-", "-", "-", "-"]


def test_should_count_a_pale_and_a_dark_picture_as_neither() -> None:
    found = rows([pair("shirt", ("cream", "navy"), COPY)])
    assert [found[name][0] for name in ("all", "pale", "dark")] == ["1", "0", "0"]
    assert found["mixed"][:3] == ["1", "1", "1.000"]


def test_should_count_black_as_dark_and_pure_white_as_pale() -> None:
    found = rows([pair("shirt", ("jet", "pitch"), COPY), pair("hat", ("snow", "milk"), COPY)])
    assert [found[name][0] for name in ("pale", "dark", "mixed")] == ["1", "1", "0"]


def test_should_count_every_pair_once_by_lightness() -> None:
    shades = [("snow", "cream"), ("jet", "navy"), ("plum", "plum"), ("plum", "sand")]
    found = rows([pair(f"shirt {n}", colours, COPY) for n, colours in enumerate(shades)])
    assert [found[name][0] for name in ("pale", "mid", "dark", "mixed")] == ["1"] * 4
    assert found["all"][0] == "4"


@pytest.mark.parametrize(
    ("colour", "ground", "lightness"),
    [
        ((250, 250, 250), (0, 0, 0), "pale"),
        ((255, 255, 255), (60, 70, 90), "pale"),
        ((8, 8, 8), (255, 255, 255), "dark"),
        ((0, 0, 0), (0, 0, 0), "mixed"),
        ((255, 255, 255), (255, 255, 255), "mixed"),
    ],
)
def test_should_not_take_the_ground_for_the_product(
    colour: tuple[int, int, int], ground: tuple[int, int, int], lightness: str
) -> None:
    assert lightness_of(garment(colour, ground)) == lightness


def test_should_tell_recoloured_photographs_from_others() -> None:
    """The pHashes of the second pair differ by 64 bits."""
    assert ONE_PHOTOGRAPH < 64
    found = rows([pair("shirt", DARK_ONES, COPY), pair("hat", ("black", "far"), VARIANT)])
    assert found["one photograph"][:3] == ["1", "1", "1.000"]


def test_should_say_nothing_without_other_colours() -> None:
    domain, found = measured([])
    assert other_colours([domain], found) is None
