"""Every method finds pictures, best first, and leaves out excluded ones."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path

import imagehash
import pytest
from PIL import Image

from lookalike.errors import ImageCorruptError
from lookalike.evaluation.edits import apply, encode
from lookalike.evaluation.methods import METHODS, Index, Method, Ours
from lookalike.evaluation.methods.crop_resistant import CropResistant
from lookalike.evaluation.methods.hashes import ImageSearch, PlainPHash, decoded
from tests.images import every_format
from tests.tees import plain_tee, printed_tee


@pytest.fixture(scope="module")
def pictures(sample_pictures: tuple[Path, ...]) -> dict[str, bytes]:
    """Five photographs."""
    return {f"p{number}": path.read_bytes() for number, path in enumerate(sample_pictures[:5])}


@pytest.fixture(scope="module", params=[*METHODS])
def method(request: pytest.FixtureRequest) -> Method:
    """Each method in turn."""
    return METHODS[request.param]()


@pytest.fixture(scope="module")
def index(method: Method, pictures: dict[str, bytes]) -> Index:
    """An index of five pictures, described as if in another process."""
    described = {name: method.describe(content) for name, content in pictures.items()}
    restored: Mapping[str, object] = pickle.loads(pickle.dumps(described))  # noqa: S301 - our own
    return method.index(restored, {})


def test_should_find_an_unchanged_picture_among_five(
    index: Index, pictures: dict[str, bytes]
) -> None:
    for name, content in pictures.items():
        hits = index.search(content, frozenset())
        assert hits[0].entity_id == name
        assert hits[0].score > 0.99


def test_should_order_hits_by_score(index: Index, pictures: dict[str, bytes]) -> None:
    scores = [hit.score for hit in index.search(pictures["p0"], frozenset())]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_should_not_find_excluded_entries(index: Index, pictures: dict[str, bytes]) -> None:
    excluded = frozenset({"p0", "p3", "unknown"})
    hits = index.search(pictures["p0"], excluded)
    assert {hit.entity_id for hit in hits} <= pictures.keys() - excluded
    assert hits


def test_should_find_a_picture_after_a_light_edit(index: Index, pictures: dict[str, bytes]) -> None:
    edited = apply("jpeg30", decoded(pictures["p2"]), seed=0)
    assert index.search(edited, frozenset())[0].entity_id == "p2"


def test_should_give_verdicts_only_if_the_method_has_them(
    method: Method, index: Index, pictures: dict[str, bytes]
) -> None:
    verdict = index.search(pictures["p1"], frozenset())[0].verdict
    assert verdict == ("duplicate" if isinstance(method, Ours) else None)


def test_should_take_pictures_of_one_sku_for_one_product() -> None:
    """A faint print is like the plain shirt and like the printed one: of two products, it shows one
    at most."""
    method = METHODS["ours"]()
    plain, printed = plain_tee(), printed_tee()
    faint = encode(Image.blend(plain, printed, 0.3))
    tees = {"plain": plain, "printed": printed}
    described = {name: method.describe(encode(tee)) for name, tee in tees.items()}
    alone, together = (
        method.index(described, skus).search(faint, frozenset())[0].score
        for skus in ({}, dict.fromkeys(described, "tee"))
    )
    assert alone < 0.8 < together


def test_should_try_as_much_as_the_method_says(pictures: dict[str, bytes]) -> None:
    """What is turned by 45 degrees on white is looked for with the most effort alone."""
    turned = decoded(pictures["p2"]).rotate(45, expand=True, fillcolor="white")
    query = encode(turned)
    scores = {}
    for name in ("ours_fast", "ours", "ours_thorough"):
        method = METHODS[name]()
        described = {key: method.describe(value) for key, value in pictures.items()}
        index = method.index(described, {})
        found = {hit.entity_id: hit.score for hit in index.search(query, frozenset())}
        scores[name] = found["p2"]
    assert max(scores["ours_fast"], scores["ours"]) < 0.5 < scores["ours_thorough"]


def test_should_refuse_pictures_that_the_service_refuses(pictures: dict[str, bytes]) -> None:
    ours = METHODS["ours"]()
    with pytest.raises(ImageCorruptError):
        ours.describe(pictures["p0"][:300])


def test_should_read_every_format_that_the_service_reads() -> None:
    for name, content in every_format().items():
        assert decoded(content).size == (96, 128), name


def test_should_compute_the_hash_of_imagehash(pictures: dict[str, bytes]) -> None:
    packed = PlainPHash().describe(pictures["p0"])
    assert packed.hex() == str(imagehash.phash(decoded(pictures["p0"])))


def test_should_ignore_a_white_frame_as_imagesearch_does(pictures: dict[str, bytes]) -> None:
    """imageSearch itself puts pictures on a white square."""
    padded = apply("pad_square", decoded(pictures["p0"]), seed=0)
    assert ImageSearch().similarity(padded, pictures["p0"]) > 0.95
    assert PlainPHash().similarity(padded, pictures["p0"]) < 0.95


def test_should_score_regions_as_imagehash_does(sample_pictures: tuple[Path, ...]) -> None:
    query, stored = (path.read_bytes() for path in sample_pictures[:2])
    a, b = (imagehash.crop_resistant_hash(decoded(content)) for content in (query, stored))
    method = CropResistant()
    index = method.index({"b": method.describe(stored), "a": method.describe(query)}, {})
    found = {hit.entity_id: hit.score for hit in index.search(query, frozenset())}
    regions = len(a.segment_hashes)
    assert found == pytest.approx(
        {"a": (regions - (a - a)) / regions, "b": (regions - (a - b)) / regions}
    )
