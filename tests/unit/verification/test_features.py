"""Evidence becomes the same finite numbers in the same order, whatever was found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lookalike.fingerprint.distances import Distances
from lookalike.fingerprint.phash import FORMS
from lookalike.verification.block_comparison import Comparison, Map, compare
from lookalike.verification.candidate import CellEvidence, Examination
from lookalike.verification.features import (
    _BLOCK_TERMS,
    PHASH_CEILING,
    similarity_terms,
)
from lookalike.verification.pyramid import Pyramid
from lookalike.verification.transforms import IDENTITY, Transform
from tests.unit.verification.builders import a_comparison, cut_out

FOUND = CellEvidence(
    matches=200, inliers=120, inlier_cosine=0.8, overlap=0.9, alike=0.7, alike_share=0.85
)
NAMES = """
    phash matches inliers inlier_share inlier_cosine overlap alike alike_share agreement
    exact_agreement coarse_agreement agreeing_share agreement_10 agreement_25 agreement_50
    agreement_75 textured shown texture texture_ratio weakest_region second_weakest_region
    median_region disagreeing disagreeing_part disagreeing_outside disagreeing_fill
    contradicting contradicting_part both_textured agreement_elsewhere lightness_mean
    lightness_90 lightness_textured lightness_agreeing darker darker_part colour_mean
    colour_90 colour_textured colour_agreeing recoloured recoloured_part hue_turn
    hue_turn_agreeing turned turned_agreeing colourful saturation stored_chroma query_chroma
    tone_shown tone_shown_90 channels_shown channels_shown_90 tone_agreeing tone_agreeing_90
    channels_agreeing channels_agreeing_90 light_coloured light_coloured_90 balance_coloured
    balance_coloured_90 stayed_coloured light_agreeing light_agreeing_90 balance_agreeing
    balance_agreeing_90 stayed_agreeing
"""
NOTHING = np.zeros((16, 16), np.float32)
BLACK = np.zeros((16, 16, 3), np.float32)


def _distances(phash: int = 8) -> Distances:
    return Distances(
        phash=phash,
        form=FORMS[0],
        of_trimmed_query=False,
        of_trimmed_match=False,
        deep=100,
        deep_centre=120,
    )


def _terms(
    comparison: Comparison | None, cells: CellEvidence = FOUND, phash: int = 8
) -> dict[str, float]:
    return similarity_terms(Examination(_distances(phash), cells, IDENTITY, comparison))


def _of_pictures(
    query: Image.Image, stored: Image.Image, transform: Transform = IDENTITY
) -> dict[str, float]:
    return _terms(compare(Pyramid(query), Pyramid(stored), transform))


def _half() -> Map:
    left = NOTHING.copy()
    left[:, :8] = 1
    return left


SPECIAL = {
    "nothing": None,
    "the same": a_comparison(),
    "not shown": a_comparison(shown=NOTHING),
    "one block shown": a_comparison(shown=np.eye(1, 256, 77, dtype=np.float32).reshape(16, 16)),
    "half shown": a_comparison(shown=_half()),
    "plain": a_comparison(query_texture=NOTHING, stored_texture=NOTHING),
    "plain query": a_comparison(query_texture=NOTHING),
    "no agreement": a_comparison(agreement=NOTHING, coarse_agreement=NOTHING),
    "opposite": a_comparison(coarse_agreement=NOTHING - 1, agreement=NOTHING - 1),
    "black": a_comparison(query_rgb=BLACK, stored_rgb=BLACK),
    "black on white": a_comparison(query_rgb=BLACK, stored_rgb=BLACK + 255),
    "all zero": a_comparison(
        **dict.fromkeys(("shown", "query_texture", "stored_texture", "agreement"), NOTHING),
        query_rgb=BLACK,
        stored_rgb=BLACK,
    ),
}


@pytest.mark.parametrize("name", SPECIAL)
def test_should_be_finite_of_any_kind_of_evidence(name: str) -> None:
    for cells in (FOUND, CellEvidence()):
        terms = _terms(SPECIAL[name], cells)
        assert all(isinstance(value, float) for value in terms.values())
        assert np.isfinite(list(terms.values())).all()


@pytest.mark.parametrize("name", SPECIAL)
def test_should_have_the_same_names_in_the_same_order(name: str) -> None:
    """Models know terms by their place: whoever changes it has to fit them again."""
    assert list(_terms(SPECIAL[name])) == NAMES.split()
    assert len(set(NAMES.split())) == len(NAMES.split())


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    shown=st.floats(0, 1),
    texture=st.sampled_from([0.0, 1.0, 8.0, 60.0]),
    levels=st.integers(1, 256),
)
def test_should_be_finite_of_any_maps(seed: int, shown: float, texture: float, levels: int) -> None:
    rng = np.random.default_rng(seed)

    def drawn(low: float, high: float) -> object:
        return rng.uniform(low, high, (16, 16)).astype(np.float32)

    mask = (rng.uniform(size=(16, 16)) < shown).astype(np.float32)
    query, stored = rng.integers(0, levels, (2, 16, 16, 3)).astype(np.float32)
    terms = _terms(
        a_comparison(
            shown=mask,
            query_texture=drawn(0, texture),
            stored_texture=drawn(0, texture),
            agreement=drawn(-1, 1),
            exact_agreement=drawn(-1, 1),
            coarse_agreement=drawn(-1, 1),
            query_rgb=query,
            stored_rgb=stored,
        )
    )
    assert np.isfinite(list(terms.values())).all()
    assert list(terms) == NAMES.split()


@pytest.mark.parametrize(
    "transform", [IDENTITY, cut_out(0.3, 0.3, 0.7, 0.7), cut_out(0.9, 0.9, 1.9, 1.9)]
)
def test_should_be_finite_of_photographs(
    transform: Transform, photos: tuple[Image.Image, ...]
) -> None:
    plain = Image.new("RGB", (192, 192), "white")
    for query in (*photos, plain):
        for stored in (photos[0], plain):
            values = list(_of_pictures(query, stored, transform).values())
            assert np.isfinite(values).all()


def test_should_tell_what_cells_and_hashes_say() -> None:
    terms = _terms(None)
    assert terms["phash"] == 8
    assert (terms["matches"], terms["inliers"]) == (200, 120)
    assert terms["inlier_share"] == pytest.approx(0.6)
    assert terms["overlap"] == pytest.approx(0.9)
    assert all(terms[name] == 0 for name in _BLOCK_TERMS)


def test_should_not_tell_distant_phashes_apart() -> None:
    assert _terms(None, phash=40)["phash"] == PHASH_CEILING == _terms(None, phash=26)["phash"]


def test_should_find_nothing_against_the_same_picture(photos: tuple[Image.Image, ...]) -> None:
    terms = _of_pictures(photos[0], photos[0])
    assert terms["agreement"] > 0.85
    assert terms["agreeing_share"] > 0.95
    for name in ("disagreeing", "contradicting", "darker", "recoloured", "turned"):
        assert terms[name] < 0.05, name
    for name in ("lightness_mean", "colour_mean", "tone_shown", "hue_turn"):
        assert terms[name] < 3, name


def test_should_speak_against_a_stranger(photos: tuple[Image.Image, ...]) -> None:
    terms = _of_pictures(photos[0], photos[1])
    assert terms["agreement"] < 0.5
    assert terms["disagreeing"] > 0.5
    assert terms["lightness_mean"] > 3


def test_should_tell_a_turned_hue(photos: tuple[Image.Image, ...]) -> None:
    hue, saturation, value = photos[0].convert("HSV").split()
    colourful = saturation.point([min(255, 90 + level) for level in range(256)])
    pair = [
        Image.merge("HSV", (h, colourful, value)).convert("RGB")
        for h in (hue, hue.point([(level + 80) % 256 for level in range(256)]))
    ]
    turned, same = _of_pictures(pair[1], pair[0]), _of_pictures(pair[0], pair[0])
    assert turned["hue_turn"] > 60
    assert turned["turned"] > 0.8
    assert turned["channels_shown"] > 3 * same["channels_shown"]
    assert turned["recoloured"] > 0.5
    assert turned["agreeing_share"] > 0.8


def test_should_tell_how_much_of_a_difference_hangs_together() -> None:
    patch, scattered = np.ones((2, 16, 16), np.float32)
    patch[4:8, 4:8] = 0
    scattered[::4, ::4] = 0
    together = _terms(a_comparison(coarse_agreement=patch))
    apart = _terms(a_comparison(coarse_agreement=scattered))
    assert together["disagreeing"] == apart["disagreeing"] == pytest.approx(16 / 256)
    assert together["disagreeing_part"] == pytest.approx(16 / 256)
    assert together["disagreeing_fill"] == pytest.approx(1)
    assert apart["disagreeing_part"] == pytest.approx(1 / 256)
    assert apart["disagreeing_outside"] == pytest.approx(15 / 256)
