"""A verifier tells pictures on one query apart where they differ from each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from PIL import ImageDraw

from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.finding import Finding
from lookalike.matching.geometric_verifier import GeometricVerifier
from lookalike.matching.siblings import LITTLE
from lookalike.matching.stored_pairs import RENDITION
from lookalike.verification.telling import lacking
from tests.builders import a_fingerprint_id
from tests.unit.matching.rival_builders import (
    APART,
    FIRST,
    SECOND,
    THIRD,
    ComparingVerifier,
    TakingVerifier,
    lost_by,
    lying,
    rivals_of,
)
from tests.unit.matching.test_geometric_verifier import CALIBRATION, Desk, ToldClassifier, encoded


def _boxed(picture: PreparedPicture, left: float) -> PreparedPicture:
    """With a white square from this share of its width on, in the middle of its height."""
    image = picture.whole.copy()
    width, height = image.size
    side, corner = width // 5, (round(left * width), height // 2)
    ImageDraw.Draw(image).rectangle((*corner, corner[0] + side, corner[1] + side), "white")
    return encoded(image, 95)


def test_should_take_from_siblings_what_the_calibration_says(
    network: Network, prepared_samples: Mapping[str, PreparedPicture]
) -> None:
    original = next(each for each in prepared_samples.values() if not each.has_border)
    desk = Desk(PictureFingerprinter(network), original)
    calibration = replace(CALIBRATION, telling=4.0)
    verifier = GeometricVerifier(desk.fingerprinter.network, ToldClassifier(0), calibration)
    first, second = (
        desk.asked(original, ToldClassifier(0), _boxed(original, left)) for left in (0.2, 0.6)
    )
    assert first.on_query
    assert second.on_query
    told = lacking(first.on_query, second.on_query)
    assert told
    assert verifier.lost_to_sibling(first, second) == 4.0 * told
    assert verifier.lost_to_sibling(first, first) is None
    assert verifier.lost_to_sibling(first, replace(second, on_query=None)) is None
    assert verifier.lost_to_sibling(replace(first, on_query=None), second) is None


@pytest.mark.parametrize("alike", [0.51, RENDITION - 0.01, RENDITION])
@pytest.mark.parametrize("lost", [LITTLE - 0.1, LITTLE + 1])
@pytest.mark.usefixtures("numbered_pictures")
def test_should_lose_to_a_sibling_behind_a_rendition(
    lost: float, alike: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies over the rendition takes little, and the other print of the sibling much."""
    taken = {a_fingerprint_id(SECOND): 0.1, a_fingerprint_id(THIRD): lost}
    verifier = ComparingVerifier({}, {SECOND: alike, THIRD: APART})
    monkeypatch.setattr(verifier, "lost_to_sibling", lambda _, other: taken[other.fingerprint_id])
    found = replace(lying(FIRST, 0.1), probability=0.9)
    likelier = [replace(lying(n, a), probability=0.001) for n, a in ((SECOND, 0.9), (THIRD, 0.8))]
    assert lost_by(rivals_of(verifier).lowered([found, *likelier])[0]) == pytest.approx(
        lost if lost > LITTLE else 0
    )


@pytest.mark.usefixtures("numbered_pictures")
def test_should_measure_each_pair_once_for_a_query(monkeypatch: pytest.MonkeyPatch) -> None:
    """More candidates may be verified, and all be held against each other anew."""
    verifier = TakingVerifier(dict.fromkeys((FIRST, SECOND, THIRD), APART))
    asked: list[tuple[str, str]] = []

    def lost(found: Finding, other: Finding) -> float:
        asked.append((found.fingerprint_id, other.fingerprint_id))
        return 1.0

    monkeypatch.setattr(verifier, "lost_to_sibling", lost)
    found, findings = rivals_of(verifier), [lying(n, 0.1) for n in (FIRST, SECOND, THIRD)]
    found.lowered(findings[:2])
    found.lowered(findings)
    assert len(asked) == len(set(asked)) == 6
    found.begin()
    found.lowered(findings)
    assert len(asked) == 12
