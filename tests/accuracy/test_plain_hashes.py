"""Edits are found as often as with the better of two plain hashes, over all and each one.

`lookalike evaluate --methods ours,phash,pdq` compares them on many pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image

from lookalike.errors import ImageFeaturelessError
from lookalike.evaluation.edits import CHAINS, EDITS, RANDOM, apply
from lookalike.evaluation.methods.hashes import Pdq, PlainPHash
from lookalike.evaluation.methods.method import Index, Method
from lookalike.images.preparation import prepare
from lookalike.matching.check import CheckOptions
from lookalike.matching.matcher import Matcher
from tests.accuracy.conftest import INDEXED

OTHER_COLOURS = "random_channels"
"""Another colour of a product, and so no copy."""
NAMES = [name for name in (*EDITS, *CHAINS, *RANDOM) if name != OTHER_COLOURS]
QUERIES = 4
"""Photographs under each edit."""
MAX_BEHIND = 1
"""Photographs of one edit that a plain hash may find in addition."""
MAX_SHORTFALL = 0.02
"""Share of all queries that the better hash of their edit may find in addition."""
PARTS = 2
"""Parts that edits are divided into, so that several processes share them."""

Finds = Callable[[bytes, str], bool]
"""Whether a method finds the photograph of a name for the content of an edited file."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hashes(sample_pictures: Sequence[Path], unknown: Sequence[Path]) -> list[Finds]:
    """Plain hashes, each with the lowest threshold at which no unknown photograph matches."""
    files = {path.name: path.read_bytes() for path in sample_pictures[:INDEXED]}
    return [_finds(method, files, unknown) for method in (PlainPHash(), Pdq())]


def _finds(method: Method, files: dict[str, bytes], unknown: Sequence[Path]) -> Finds:
    index = method.index({name: method.describe(data) for name, data in files.items()})
    threshold = max(_best(index, path.read_bytes())[1] for path in unknown)

    def finds(data: bytes, name: str) -> bool:
        found, score = _best(index, data)
        return found == name and score > threshold

    return finds


def _best(index: Index, data: bytes) -> tuple[str, float]:
    hit = index.search(data, frozenset(), top=1)[0]
    return hit.entity_id, hit.score


def _matches(matcher: Matcher, data: bytes, name: str) -> bool:
    try:
        found = matcher.check(prepare(data), CheckOptions()).matches
    except ImageFeaturelessError:
        return False
    return bool(found) and found[0].product.entity_id == name


@pytest.mark.parametrize("part", range(PARTS))
def test_should_find_as_many_as_plain_hashes(
    part: int, matcher: Matcher, hashes: Sequence[Finds], known: Sequence[Path]
) -> None:
    def ours(data: bytes, name: str) -> bool:
        return _matches(matcher, data, name)

    behind = {}
    for start in range(part, len(NAMES), PARTS):
        edit = NAMES[start]
        queries = [
            _query(edit, known[seed % len(known)], seed) for seed in range(start, start + QUERIES)
        ]
        found, *theirs = (sum(finds(*query) for query in queries) for finds in (ours, *hashes))
        if max(theirs) > found:
            behind[edit] = max(theirs) - found
    assert not [edit for edit, number in behind.items() if number > MAX_BEHIND]
    assert sum(behind.values()) <= MAX_SHORTFALL * QUERIES * len(NAMES) / PARTS, behind


def _query(edit: str, path: Path, seed: int) -> tuple[bytes, str]:
    """The edited file of a photograph, and its name."""
    with Image.open(path) as opened:
        return apply(edit, opened.convert("RGB"), seed), path.name
