"""Stored pictures are compared without their files, as a check would compare them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps
from typing_extensions import override

from lookalike.duplicates.candidates import NearestPictures
from lookalike.duplicates.comparison import MIN_LINK_PROBABILITY, StoredComparison
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.phash import PHash
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.fingerprint.stored_query import stored_query
from lookalike.images.preparation import PreparedPicture, prepare, prepare_image
from lookalike.matching.calibration import Calibration
from lookalike.matching.finding import LEAST_PROBABILITY, Evidence, Finding, Verdict
from lookalike.matching.geometric_verifier import GeometricVerifier
from lookalike.matching.thumbnail_verifier import MIN_SHARED_AREA
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Picture
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.verification.classifier import Classifier
from tests.builders import a_product

COPIES = ("framed", "mirrored", "cropped")
PHOTOS = sorted((Path(__file__).parents[3] / "sample" / "photos").glob("*.jpg"))[:6]


@pytest.fixture(scope="module")
def prints(fingerprinter: PictureFingerprinter) -> dict[str, Picture]:
    """Some photographs, and one of them mirrored, cropped and framed."""
    pictures = {path.stem: prepare(path.read_bytes()) for path in PHOTOS}
    first = pictures[PHOTOS[0].stem].whole
    width, height = first.size
    box = (width // 10, height // 10, width, height)
    pictures["mirrored"] = prepare_image(ImageOps.mirror(first))
    pictures["cropped"] = prepare_image(first.crop(box))
    pictures["framed"] = prepare_image(ImageOps.expand(first, 60, "black"))
    return {name: Picture(fingerprinter.fingerprint(each), 1) for name, each in pictures.items()}


@pytest.fixture
def storage(
    prints: dict[str, Picture], fingerprinter: PictureFingerprinter
) -> Iterator[MemoryStorage]:
    with closing(MemoryStorage(fingerprinter.version)) as storage:
        storage.pictures.put_many(list(prints.values()))
        storage.products.put_many(
            [
                a_product(number, fingerprint_id=each.fingerprint_id)
                for number, each in enumerate(prints.values())
            ]
        )
        yield storage


def comparison(storage: MemoryStorage, network: Network) -> StoredComparison:
    verifier = GeometricVerifier(network, Classifier.shipped(), Calibration.shipped())
    return StoredComparison(storage.pictures, NearestPictures(storage.vectors), verifier)


def test_should_link_all_edited_copies_and_nothing_else(
    storage: MemoryStorage, network: Network, prints: dict[str, Picture]
) -> None:
    """From the side of the original, and of each copy."""
    copies = {PHOTOS[0].stem, *COPIES}
    names = {each.fingerprint_id: name for name, each in prints.items()}
    for name, each in prints.items():
        links = comparison(storage, network).with_nearest(each.fingerprint_id)
        found = {names[link.b]: link for link in links if link.probability >= 0.5}
        assert found.keys() == (copies - {name} if name in copies else set()), name
    assert found == {name: link for name, link in found.items() if link.verdict == "edited_copy"}


def test_should_say_what_two_pictures_share(
    storage: MemoryStorage, network: Network, prints: dict[str, Picture]
) -> None:
    """Outlines are those of the whole pictures, frame and all."""
    framed, first = prints["framed"], prints[PHOTOS[0].stem]
    [link] = comparison(storage, network).with_each(framed.fingerprint_id, [first.fingerprint_id])
    assert (link.a, link.b) == (framed.fingerprint_id, first.fingerprint_id)
    assert link.evidence["flipped"] is False
    left, top, right, bottom = framed.fingerprint.trim_box
    corners = np.array(link.evidence["outline_of_a"])
    assert np.allclose(corners.min(axis=0), [left, top], atol=0.03)
    assert np.allclose(corners.max(axis=0), [right, bottom], atol=0.03)


def test_should_search_with_the_rows_of_the_picture_itself(
    prints: dict[str, Picture], fingerprinter: PictureFingerprinter
) -> None:
    """In the eight flips and turns, the thumbnail gives nearly the bits of the file."""
    path = PHOTOS[1]
    original = fingerprinter.query(prepare(path.read_bytes()))
    _, stored = stored_query(prints[path.stem].fingerprint)
    for name, rows in original.rows.items():
        bits = np.bitwise_count(rows ^ stored.rows[name]).sum(axis=1)
        assert bits.max() <= 6
        assert bits[0] == 0


def test_should_restore_the_shape_of_the_trimmed_frame(prints: dict[str, Picture]) -> None:
    fingerprint = prints["framed"].fingerprint
    frame, query = stored_query(fingerprint)
    left, top, right, bottom = fingerprint.trim_box
    aspect = fingerprint.width * (right - left) / (fingerprint.height * (bottom - top))
    assert frame.trimmed.width / frame.trimmed.height == pytest.approx(aspect, rel=0.01)
    assert query.rows[PHash.layout.name].shape == (16, 8)


def test_should_link_no_featureless_picture(
    storage: MemoryStorage, network: Network, fingerprinter: PictureFingerprinter
) -> None:
    blank: PreparedPicture = prepare_image(Image.new("RGB", (200, 200), "white"))
    picture = Picture(fingerprinter.fingerprint(blank), 1)
    storage.pictures.put_many([picture])
    assert comparison(storage, network).with_nearest(picture.fingerprint_id) == []
    assert comparison(storage, network).with_nearest("0" * 32) == []


class Certain(Verifier):
    """Calls every candidate a copy that shares this much of the query."""

    def __init__(self, area: float) -> None:
        self.area = area

    def verify(
        self,
        picture: PreparedPicture,  # noqa: ARG002 - all pictures are alike
        query: QueryFingerprint,  # noqa: ARG002
        candidates: Iterable[Picture],
        catalogue_size: int,  # noqa: ARG002
    ) -> Iterator[Finding]:
        evidence = Evidence(0, 0, area_of_query=self.area, area_of_match=1.0)
        for each in candidates:
            yield Finding(each.fingerprint_id, 0.98, Verdict.EDITED_COPY, evidence)


@pytest.mark.parametrize(
    ("area", "found"),
    [
        (MIN_SHARED_AREA, (0.98, "edited_copy")),
        (MIN_SHARED_AREA - 0.01, (LEAST_PROBABILITY, "similar")),
    ],
)
def test_should_not_link_what_shares_too_little_to_be_told(
    storage: MemoryStorage, prints: dict[str, Picture], area: float, found: tuple[float, str]
) -> None:
    first, second, *_ = (each.fingerprint_id for each in prints.values())
    comparing = StoredComparison(
        storage.pictures,
        NearestPictures(storage.vectors),
        Certain(area),
    )
    [link] = comparing.with_each(first, [second])
    assert (link.probability, link.verdict) == found


class Rivalling(Verifier):
    """Says how likely pictures show one photograph; each takes from what it is a rival of.

    Args:
        likely: probability by both fingerprint ids.
        lost: log odds that a rival takes.
    """

    def __init__(self, likely: Mapping[frozenset[str], float], lost: float = 2.0) -> None:
        self._likely = likely
        self._lost = lost

    @override
    def verify(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        candidates: Iterable[Picture],
        catalogue_size: int,
    ) -> Iterator[Finding]:
        asked = query.fingerprint.fingerprint_id
        for each in candidates:
            probability = self._likely.get(frozenset((asked, each.fingerprint_id)), 0.001)
            verdict = Verdict.EDITED_COPY if probability > 0.5 else Verdict.SIMILAR
            score = 8 * probability - 4
            yield Finding(each.fingerprint_id, probability, verdict, Evidence(0, 0), score=score)

    @override
    def lost_to_rival(self, score: float) -> float:
        return self._lost


@pytest.mark.parametrize(("between", "is_lowered"), [(0.01, True), (0.99, False)])
def test_should_lower_what_is_as_likely_as_another_photograph(
    storage: MemoryStorage, prints: dict[str, Picture], between: float, *, is_lowered: bool
) -> None:
    """As a check does: a picture is a copy of one photograph at most."""
    asked, first, second = (prints[name].fingerprint_id for name in COPIES)
    likely = {(asked, first): 0.9, (asked, second): 0.8, (first, second): between}
    verifier = Rivalling({frozenset(pair): told for pair, told in likely.items()})
    candidates = NearestPictures(storage.vectors)
    comparing = StoredComparison(storage.pictures, candidates, verifier)
    found = {link.b: link.probability for link in comparing.with_nearest(asked)}
    assert (found[first] < 0.9) == (found[second] < 0.8) == is_lowered


def test_should_keep_a_link_of_which_hardly_anything_is_left(
    storage: MemoryStorage, prints: dict[str, Picture]
) -> None:
    """Else grouping would compare the two as a pair about which nothing is known."""
    asked, first, second = (prints[name].fingerprint_id for name in COPIES)
    likely = {(asked, first): 0.9, (asked, second): 0.4}
    verifier = Rivalling({frozenset(pair): told for pair, told in likely.items()}, lost=6.0)
    comparing = StoredComparison(storage.pictures, NearestPictures(storage.vectors), verifier)
    found = {link.b: link.probability for link in comparing.with_nearest(asked)}
    assert found[second] < MIN_LINK_PROBABILITY


def test_should_read_no_picture_again_that_may_be_gone_meanwhile(
    storage: MemoryStorage, prints: dict[str, Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service sweeps while it searches."""
    asked, first, second = (prints[name].fingerprint_id for name in COPIES)
    verifier = Rivalling({frozenset((asked, each)): 0.9 for each in (first, second)})
    read = list[str]()
    get_many = storage.pictures.get_many

    def get_once(ids: Iterable[str]) -> dict[str, Picture]:
        read.extend(wanted := list(ids))
        return get_many(wanted)

    monkeypatch.setattr(storage.pictures, "get_many", get_once)
    comparing = StoredComparison(storage.pictures, NearestPictures(storage.vectors), verifier)
    assert comparing.with_nearest(asked)
    assert len(read) == len(set(read))
