"""Findings about real pictures, under a classifier that answers what a test tells it."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest
from PIL import Image, ImageOps

from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.preparation import PreparedPicture, prepare
from lookalike.matching.calibration import (
    REFERENCE_SIZE,
    UPPER_SCORE,
    Calibration,
)
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions
from lookalike.matching.finding import MIN_OTHER_COLOURS, Evidence, Finding, Verdict
from lookalike.matching.geometric_verifier import (
    MAX_SAME_GREY,
    MAX_UNCOMPARED,
    UNKNOWN_COLOURS,
    GeometricVerifier,
)
from lookalike.pictures import Picture
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.verification.candidate import Candidate
from lookalike.verification.classifier import Classifier
from lookalike.verification.result import Verification
from tests.builders import a_product

CALIBRATION = Calibration(slope=1, intercept=0, growth=0.9)


class ToldClassifier(Classifier):
    """Gives the same log odds to all features."""

    def __init__(self, same: float, recoloured: float = -5.0) -> None:
        self._same = same
        self._colours = recoloured

    def same_photograph(self, features: Mapping[str, float]) -> float:  # noqa: ARG002
        """The log odds it was told."""
        return self._same

    def recoloured(self, features: Mapping[str, float]) -> float:  # noqa: ARG002
        """The log odds it was told."""
        return self._colours


@dataclass(frozen=True, slots=True)
class Desk:
    """Asks a verifier about edited copies of one photograph."""

    fingerprinter: PictureFingerprinter
    original: PreparedPicture

    def stored(self, picture: PreparedPicture | None = None) -> Picture:
        return Picture(self.fingerprinter.fingerprint(picture or self.original), last_seen=0)

    def asked(
        self,
        query: PreparedPicture,
        classifier: Classifier,
        stored: PreparedPicture | None = None,
        size: int = REFERENCE_SIZE,
    ) -> Finding:
        verifier = GeometricVerifier(self.fingerprinter.network, classifier, CALIBRATION)
        described = self.fingerprinter.query(query)
        [finding] = verifier.verify(query, described, [self.stored(stored)], size)
        return finding


@pytest.fixture(scope="module")
def samples(prepared_samples: Mapping[str, PreparedPicture]) -> list[PreparedPicture]:
    """Two photographs without a border."""
    return [picture for picture in prepared_samples.values() if not picture.has_border][:2]


@pytest.fixture(scope="module")
def desk(network: Network, samples: list[PreparedPicture]) -> Desk:
    """About the first of them."""
    return Desk(PictureFingerprinter(network), samples[0])


def encoded(image: Image.Image, quality: int = 80) -> PreparedPicture:
    """The picture from a new JPEG file."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return prepare(file.getvalue())


def cropped(image: Image.Image) -> Image.Image:
    """Without a tenth on either side."""
    width, height = image.size
    return image.crop((width // 10, height // 10, width - width // 10, height - height // 10))


SURE, UNLIKELY = ToldClassifier(4.0), ToldClassifier(-4.0)


def test_should_call_the_identical_picture_a_duplicate_whatever_the_classifier_says(
    desk: Desk,
) -> None:
    found = desk.asked(desk.original, UNLIKELY, size=10_000_000)
    assert (found.probability, found.verdict) == (1.0, Verdict.DUPLICATE)
    assert found.evidence.phash_distance == found.evidence.deep_distance == 0
    assert found.evidence.area_of_query == pytest.approx(1, abs=0.02)


def test_should_call_a_newly_encoded_and_smaller_file_a_duplicate(desk: Desk) -> None:
    whole = desk.original.whole
    smaller = whole.resize((whole.width * 3 // 4, whole.height * 3 // 4))
    found = desk.asked(encoded(smaller), SURE)
    assert found.verdict is Verdict.DUPLICATE
    assert found.probability == pytest.approx(CALIBRATION.probability(4, 1, is_unchanged=True))


def test_should_be_surer_of_a_copy_in_which_nothing_is_seen_to_be_changed(desk: Desk) -> None:
    """Log odds of 1.5 stand for a picture that siblings of its template resemble as much."""
    whole = desk.original.whole
    smaller = whole.resize((whole.width * 3 // 4, whole.height * 3 // 4))
    unchanged = desk.asked(encoded(smaller), ToldClassifier(1.5))
    cut = desk.asked(encoded(cropped(whole)), ToldClassifier(1.5))
    assert unchanged.probability > 0.99
    assert cut.probability < 0.83


def test_should_not_call_a_newly_encoded_recolouring_a_duplicate(desk: Desk) -> None:
    red, green, blue = desk.original.whole.split()
    recoloured = encoded(Image.merge("RGB", (blue, red, green)), 95)
    for log_odds, verdict in (
        (3.0, Verdict.COLOUR_VARIANT),
        (MIN_OTHER_COLOURS + 0.1, Verdict.COLOUR_VARIANT),
        (MIN_OTHER_COLOURS - 0.1, Verdict.EDITED_COPY),
        (-3.0, Verdict.EDITED_COPY),
    ):
        assert desk.asked(recoloured, ToldClassifier(4.0, log_odds)).verdict is verdict


def test_should_tell_colours_apart_by_grey_levels_for_a_greyscale_query(desk: Desk) -> None:
    """Whatever the classifier says of colours: there are none."""
    whole = desk.original.whole
    query = encoded(whole.convert("L").convert("RGB"))
    darker = encoded(whole.point(lambda level: level * 0.8), 95)
    own, other = (desk.asked(query, ToldClassifier(4.0, 3.0), stored) for stored in (None, darker))
    assert (own.verdict, other.verdict) == (Verdict.EDITED_COPY, Verdict.COLOUR_VARIANT)
    assert own.colour_difference < MAX_SAME_GREY < other.colour_difference


def test_should_tell_colours_apart_by_grey_levels_for_a_stored_picture_in_greyscale(
    desk: Desk,
) -> None:
    """It comes behind a picture in the colours of the query, and before one in other colours."""
    whole = desk.original.whole
    grey = encoded(whole.convert("L").convert("RGB"))
    darker = encoded(whole.point(lambda level: level * 0.8).convert("L").convert("RGB"), 95)
    own, other = (
        desk.asked(desk.original, ToldClassifier(4.0, 3.0), stored) for stored in (grey, darker)
    )
    assert (own.verdict, other.verdict) == (Verdict.EDITED_COPY, Verdict.COLOUR_VARIANT)
    assert (own.colour_difference, other.colour_difference) == (UNKNOWN_COLOURS, 3.0)
    red, green, blue = whole.split()
    recoloured = encoded(Image.merge("RGB", (blue, red, green)), 95)
    variant = desk.asked(desk.original, ToldClassifier(4.0, MIN_OTHER_COLOURS + 0.1), recoloured)
    assert variant.verdict is Verdict.COLOUR_VARIANT
    assert own.colour_difference < variant.colour_difference


def test_should_find_a_stored_picture_in_greyscale_as_an_edited_copy(desk: Desk) -> None:
    """In checks, and in comparisons of either order."""
    grey = encoded(desk.original.whole.convert("L").convert("RGB"))
    verifier = GeometricVerifier(
        desk.fingerprinter.network, Classifier.shipped(), Calibration.shipped()
    )
    storage = MemoryStorage(desk.fingerprinter.version)
    matcher = CatalogueMatcher(storage, desk.fingerprinter, verifier)
    stored = desk.stored(grey)
    product = replace(a_product(1), fingerprint_id=stored.fingerprint_id)
    storage.products.put_many([product])
    storage.pictures.put_many([stored])
    [match] = matcher.check(desk.original, CheckOptions()).matches
    compared = [matcher.compare(desk.original, grey), matcher.compare(grey, desk.original)]
    assert {match.verdict, *(found.verdict for found in compared)} == {Verdict.EDITED_COPY}
    storage.close()


def test_should_call_a_mirrored_crop_an_edited_copy_with_evidence(desk: Desk) -> None:
    found = desk.asked(encoded(ImageOps.mirror(cropped(desk.original.whole))), SURE)
    assert found.verdict is Verdict.EDITED_COPY
    evidence = found.evidence
    assert (evidence.flipped, evidence.rotation) == (True, 0)
    assert evidence.area_of_query == pytest.approx(1, abs=0.05)
    assert evidence.area_of_match == pytest.approx(0.64, abs=0.05)
    x, y = np.array(evidence.outline_of_query).T
    shown = np.stack([0.9 - 0.8 * x, 0.1 + 0.8 * y], axis=1)
    assert np.array(evidence.outline_of_match) == pytest.approx(shown, abs=0.03)
    assert len(shown) == 4


def test_should_call_no_copy_what_was_not_compared_by_blocks(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = encoded(cropped(desk.original.whole))
    compared = desk.asked(query, SURE)
    monkeypatch.setattr(Candidate, "verify", lambda candidate: Verification(candidate.distances))
    ended = desk.asked(query, SURE)
    assert (compared.score, ended.score) == (4.0, MAX_UNCOMPARED)
    assert ended.verdict is Verdict.SIMILAR


def test_should_classify_colours_only_of_likely_copies(desk: Desk) -> None:
    query = encoded(ImageOps.mirror(desk.original.whole))
    assert desk.asked(query, ToldClassifier(0.1, 2.0)).verdict is Verdict.COLOUR_VARIANT
    assert desk.asked(query, ToldClassifier(-0.1, 2.0)).verdict is Verdict.SIMILAR


def test_should_call_an_unlikely_copy_similar(desk: Desk) -> None:
    found = desk.asked(encoded(ImageOps.mirror(desk.original.whole)), UNLIKELY)
    assert found.verdict is Verdict.SIMILAR
    assert found.probability == pytest.approx(1 / (1 + np.exp(4)))


def test_should_be_less_certain_in_a_larger_catalogue(desk: Desk) -> None:
    query = encoded(cropped(desk.original.whole))
    small, large = (desk.asked(query, SURE, size=size) for size in (200, 1_000_000))
    assert small.probability > large.probability
    assert large.verdict is Verdict.SIMILAR


def test_should_tell_the_shared_area_of_copies_alone(
    desk: Desk,
) -> None:
    query = encoded(cropped(desk.original.whole))
    taken, refused = (desk.asked(query, classifier).evidence for classifier in (SURE, UNLIKELY))
    assert taken.area_of_match
    assert taken.outline_of_match
    assert refused == Evidence(taken.phash_distance, taken.deep_distance)


def test_should_claim_no_shared_area_with_an_unrelated_picture(
    desk: Desk, samples: list[PreparedPicture]
) -> None:
    evidence = desk.asked(desk.original, UNLIKELY, stored=samples[1]).evidence
    known = [evidence.flipped, evidence.rotation, evidence.area_of_query, evidence.area_of_match]
    assert known == [None] * 4
    assert evidence.outline_of_query is evidence.outline_of_match is None
    assert evidence.deep_distance > 100


def test_should_verify_no_candidate_before_its_finding_is_asked_for(
    desk: Desk, samples: list[PreparedPicture]
) -> None:
    taken: list[str] = []

    def candidates() -> Iterator[Picture]:
        for picture in map(desk.stored, samples):
            taken.append(picture.fingerprint_id)
            yield picture

    verifier = GeometricVerifier(desk.fingerprinter.network, SURE, CALIBRATION)
    query = desk.fingerprinter.query(desk.original)
    findings = verifier.verify(desk.original, query, candidates(), REFERENCE_SIZE)
    first = next(findings)
    assert taken == [first.fingerprint_id]
    assert [finding.fingerprint_id for finding in findings] == taken[1:]
    assert len(taken) == 2


@pytest.mark.parametrize("colours", [("white", "white"), ("black", "white"), ("red", "blue")])
def test_should_be_certain_of_an_identical_picture_that_shows_nothing(
    desk: Desk, colours: tuple[str, str]
) -> None:
    shade = Image.linear_gradient("L").resize((300, 400))
    blank = encoded(ImageOps.colorize(shade, *colours))
    finding = desk.asked(blank, UNLIKELY, stored=blank)
    assert (finding.probability, finding.verdict) == (1.0, Verdict.DUPLICATE)


def test_should_ask_once_how_near_the_nearest_other_picture_is(desk: Desk) -> None:
    """Pictures that are surely copies of one query are neighbours of each other."""
    asked = []

    def nearest(fingerprint_id: str) -> int:
        asked.append(fingerprint_id)
        return 0

    verifier = GeometricVerifier(desk.fingerprinter.network, ToldClassifier(0), CALIBRATION)
    evidence = Evidence(0, 0)
    told = [("same", 1.0), ("first", 0.9999), ("second", 0.999), ("third", 0.6)]
    findings = [Finding(name, p, Verdict.EDITED_COPY, evidence) for name, p in told]
    found = {each.fingerprint_id: each.probability for each in verifier.crowded(findings, nearest)}
    assert asked == ["first"]
    bend = CALIBRATION.probability(UPPER_SCORE, REFERENCE_SIZE)
    assert found == pytest.approx({"same": 1.0, "first": bend, "second": bend, "third": 0.6})


def test_should_not_ask_where_nothing_is_sure(desk: Desk) -> None:
    verifier = GeometricVerifier(desk.fingerprinter.network, ToldClassifier(0), CALIBRATION)
    findings = [Finding("a", 0.7, Verdict.EDITED_COPY, Evidence(0, 0))]
    assert list(verifier.crowded(findings, int)) == findings


def test_should_take_from_rivals_what_the_calibration_says(desk: Desk) -> None:
    calibration = replace(CALIBRATION, rival=0.5)
    verifier = GeometricVerifier(desk.fingerprinter.network, ToldClassifier(0), calibration)
    assert verifier.lost_to_rival(1.0) == calibration.lost_to_rival(1.0) == 1.5


def test_should_tell_the_score_of_every_finding(desk: Desk) -> None:
    crop = encoded(cropped(desk.original.whole))
    for odds in (-3.0, 0.4, 5.0):
        assert desk.asked(crop, ToldClassifier(odds)).score == odds
        assert desk.asked(desk.original, ToldClassifier(odds)).score == math.inf
