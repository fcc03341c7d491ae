"""A verification becomes the same finite features, whatever was found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lookalike.fingerprint.distances import Distances
from lookalike.fingerprint.phash import FORMS
from lookalike.verification.aligned_pixels import AlignedPixels
from lookalike.verification.block_comparison import BlockComparison, compare_blocks
from lookalike.verification.block_maps import Map
from lookalike.verification.features import (
    MAX_PHASH,
    _block_feature_names,
    similarity_features,
)
from lookalike.verification.pyramid import Pyramid
from lookalike.verification.result import CellAgreement, Verification
from lookalike.verification.transforms import IDENTITY, Transform
from tests.unit.verification.builders import a_block_comparison, cut_out

FOUND = CellAgreement(
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
    hue_turn_agreeing turned turned_agreeing colourful saturation stored_chroma
    query_chroma tone_shown tone_shown_90 channels_shown channels_shown_90 tone_agreeing
    tone_agreeing_90 channels_agreeing channels_agreeing_90 light_coloured
    light_coloured_90 balance_coloured balance_coloured_90 stayed_coloured light_agreeing
    light_agreeing_90 balance_agreeing balance_agreeing_90 stayed_agreeing fine_agreement
    faint_agreement fine_contradicting fine_contradicting_part fine_contradicting_size
    fine_contradicting_power part part_query_texture part_stored_texture
    part_texture_ratio part_agreement part_difference part_query_spread part_stored_spread
    around_agreement around_difference added added_part removed removed_part foreground
    inside inside_textured inside_agreement inside_faint_agreement inside_contradicting
    outline_agreement inside_difference same_unexplained same_region same_region_fill
    same_region_distance same_region_spread same_region_lightness same_region_agreement
    same_rest same_rest_distance same_rest_agreement lit_unexplained lit_region
    lit_region_fill lit_region_distance lit_region_spread lit_region_lightness
    lit_region_agreement lit_rest lit_rest_distance lit_rest_agreement
    balanced_unexplained balanced_region balanced_region_fill balanced_region_distance
    balanced_region_spread balanced_region_lightness balanced_region_agreement
    balanced_rest balanced_rest_distance balanced_rest_agreement product light_gain
    light_offset pixel_difference rest_alike rest_pixel_difference faint_differing
    faint_uncovered faint_covered faint_exchanged faint_uncovered_of_differing
    faint_covered_of_differing faint_exchanged_of_differing faint_uncovered_core
    faint_covered_core faint_uncovered_to_covered faint_differing_alike
    faint_differing_energy faint_ring_alike faint_ring_energy faint_at_the_margin
    faint_differing_on_product faint_differing_of_product faint_differing_part
    faint_differing_fill faint_differing_query_spread faint_differing_stored_spread
    faint_differing_shift faint_differing_depth faint_differing_surrounded
    faint_ring_on_product faint_from_the_edge faint_part_from_the_middle_across
    faint_part_from_the_middle_down clear_differing clear_uncovered clear_covered
    clear_exchanged clear_uncovered_of_differing clear_covered_of_differing
    clear_exchanged_of_differing clear_uncovered_core clear_covered_core
    clear_uncovered_to_covered clear_differing_alike clear_differing_energy
    clear_ring_alike clear_ring_energy clear_at_the_margin clear_differing_on_product
    clear_differing_of_product clear_differing_part clear_differing_fill
    clear_differing_query_spread clear_differing_stored_spread clear_differing_shift
    clear_differing_depth clear_differing_surrounded clear_ring_on_product
    clear_from_the_edge clear_part_from_the_middle_across clear_part_from_the_middle_down
    parts_both parts_balanced parts_any_fewest parts_noise parts_agreement_05
    parts_agreement_25 parts_same_colour_fewest parts_same_colour_surprise parts_opposing
    parts_fewest_4 parts_surprise_4 parts_fewest_10 parts_surprise_10 parts_fewest_30
    parts_surprise_30 parts_differing parts_differing_part parts_differing_part_fill
    parts_differing_part_shape parts_differing_part_agreement parts_differing_part_texture
    parts_differing_part_colour parts_rest_agreement parts_added_part parts_removed_part
    letters_both letters_balanced letters_any_fewest letters_noise letters_agreement_05
    letters_agreement_25 letters_same_colour_fewest letters_same_colour_surprise
    letters_opposing letters_fewest_4 letters_surprise_4 letters_fewest_10
    letters_surprise_10 letters_fewest_30 letters_surprise_30 letters_differing
    letters_differing_part letters_differing_part_fill letters_differing_part_shape
    letters_differing_part_agreement letters_differing_part_texture
    letters_differing_part_colour letters_rest_agreement letters_added_part
    letters_removed_part fineness
"""
NOTHING = np.zeros((16, 16), np.float32)
BLACK = np.zeros((16, 16, 3), np.float32)


def _distances(phash: int = 8) -> Distances:
    return Distances(
        phash=phash,
        form=FORMS[0],
        phash_of_others=64,
        of_trimmed_query=False,
        of_trimmed_match=False,
        deep=100,
        deep_centre=120,
    )


def _features(
    blocks: BlockComparison | None, cells: CellAgreement = FOUND, phash: int = 8
) -> dict[str, float]:
    return similarity_features(Verification(_distances(phash), cells, IDENTITY, blocks))


def _of_pictures(
    query: Image.Image, stored: Image.Image, transform: Transform = IDENTITY
) -> dict[str, float]:
    return _features(compare_blocks(Pyramid(query), Pyramid(stored), transform))


def _half() -> Map:
    left = NOTHING.copy()
    left[:, :8] = 1
    return left


SPECIAL = {
    "nothing": None,
    "the same": a_block_comparison(),
    "not shown": a_block_comparison(shown=NOTHING),
    "one block shown": a_block_comparison(
        shown=np.eye(1, 256, 77, dtype=np.float32).reshape(16, 16)
    ),
    "half shown": a_block_comparison(shown=_half()),
    "plain": a_block_comparison(query_texture=NOTHING, stored_texture=NOTHING),
    "plain query": a_block_comparison(query_texture=NOTHING),
    "no agreement": a_block_comparison(agreement=NOTHING, coarse_agreement=NOTHING),
    "opposite": a_block_comparison(coarse_agreement=NOTHING - 1, agreement=NOTHING - 1),
    "black": a_block_comparison(query_rgb=BLACK, stored_rgb=BLACK),
    "black on white": a_block_comparison(query_rgb=BLACK, stored_rgb=BLACK + 255),
    "all zero": a_block_comparison(
        **dict.fromkeys(("shown", "query_texture", "stored_texture", "agreement"), NOTHING),
        query_rgb=BLACK,
        stored_rgb=BLACK,
        pixels=AlignedPixels.blank(),
    ),
}


@pytest.mark.parametrize("name", SPECIAL)
def test_should_be_finite_for_any_verification(name: str) -> None:
    for cells in (FOUND, CellAgreement()):
        features = _features(SPECIAL[name], cells)
        assert all(isinstance(value, float) for value in features.values())
        assert np.isfinite(list(features.values())).all()


@pytest.mark.parametrize("name", SPECIAL)
def test_should_have_the_same_names_in_the_same_order(name: str) -> None:
    """The stored models were fitted to these names."""
    assert list(_features(SPECIAL[name])) == NAMES.split()
    assert len(set(NAMES.split())) == len(NAMES.split())


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    shown=st.floats(0, 1),
    texture=st.sampled_from([0.0, 1.0, 8.0, 60.0]),
    levels=st.integers(1, 256),
)
def test_should_be_finite_for_any_maps(
    seed: int, shown: float, texture: float, levels: int
) -> None:
    rng = np.random.default_rng(seed)

    def drawn(low: float, high: float) -> object:
        return rng.uniform(low, high, (16, 16)).astype(np.float32)

    mask = (rng.uniform(size=(16, 16)) < shown).astype(np.float32)
    query, stored = rng.integers(0, levels, (2, 16, 16, 3)).astype(np.float32)
    planes = rng.integers(0, levels, (2, 3, 96, 96)).astype(np.float32)
    shown_pixels = rng.uniform(size=(96, 96)) < shown
    features = _features(
        a_block_comparison(
            shown=mask,
            query_texture=drawn(0, texture),
            stored_texture=drawn(0, texture),
            agreement=drawn(-1, 1),
            exact_agreement=drawn(-1, 1),
            coarse_agreement=drawn(-1, 1),
            query_rgb=query,
            stored_rgb=stored,
            pixels=AlignedPixels(planes[0], planes[1], shown_pixels),
        )
    )
    assert np.isfinite(list(features.values())).all()
    assert list(features) == NAMES.split()


@pytest.mark.parametrize(
    "transform", [IDENTITY, cut_out(0.3, 0.3, 0.7, 0.7), cut_out(0.9, 0.9, 1.9, 1.9)]
)
def test_should_be_finite_for_photographs(
    transform: Transform, photos: tuple[Image.Image, ...]
) -> None:
    plain = Image.new("RGB", (192, 192), "white")
    for query in (*photos, plain):
        for stored in (photos[0], plain):
            values = list(_of_pictures(query, stored, transform).values())
            assert np.isfinite(values).all()


def test_should_contain_what_cells_and_hashes_show() -> None:
    features = _features(None)
    assert features["phash"] == 8
    assert (features["matches"], features["inliers"]) == (200, 120)
    assert features["inlier_share"] == pytest.approx(0.6)
    assert features["overlap"] == pytest.approx(0.9)
    assert all(features[name] == 0 for name in _block_feature_names())


def test_should_not_tell_distant_phashes_apart() -> None:
    assert _features(None, phash=40)["phash"] == MAX_PHASH == _features(None, phash=26)["phash"]


def test_should_find_no_difference_in_the_same_picture(photos: tuple[Image.Image, ...]) -> None:
    features = _of_pictures(photos[0], photos[0])
    assert features["agreement"] > 0.85
    assert features["agreeing_share"] > 0.95
    for name in ("disagreeing", "contradicting", "darker", "recoloured", "turned"):
        assert features[name] < 0.05, name
    for name in ("lightness_mean", "colour_mean", "tone_shown", "hue_turn"):
        assert features[name] < 3, name


def test_should_differ_clearly_for_unrelated_pictures(photos: tuple[Image.Image, ...]) -> None:
    features = _of_pictures(photos[0], photos[1])
    assert features["agreement"] < 0.5
    assert features["disagreeing"] > 0.5
    assert features["lightness_mean"] > 3


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


def test_should_tell_how_much_of_a_difference_is_connected() -> None:
    patch, scattered = np.ones((2, 16, 16), np.float32)
    patch[4:8, 4:8] = 0
    scattered[::4, ::4] = 0
    together = _features(a_block_comparison(coarse_agreement=patch))
    apart = _features(a_block_comparison(coarse_agreement=scattered))
    assert together["disagreeing"] == apart["disagreeing"] == pytest.approx(16 / 256)
    assert together["disagreeing_part"] == pytest.approx(16 / 256)
    assert together["disagreeing_fill"] == pytest.approx(1)
    assert apart["disagreeing_part"] == pytest.approx(1 / 256)
    assert apart["disagreeing_outside"] == pytest.approx(15 / 256)
