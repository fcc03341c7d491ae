"""A verifier tells pictures on one query apart where they differ from each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PIL import ImageDraw

from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.geometric_verifier import GeometricVerifier
from lookalike.verification.telling import lacking
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
