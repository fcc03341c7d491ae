"""Checks hold pictures that are likely against each other, unless effort is least."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pytest
from typing_extensions import override

from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Finding
from lookalike.matching.rivals import RENDITION
from lookalike.pictures import Picture
from lookalike.storage.memory.storage import MemoryStorage
from tests.unit.matching.fakes import NumberedFingerprinter, numbered, stock
from tests.unit.matching.test_rivals import (
    APART,
    FIRST,
    PRODUCTS,
    QUERY,
    SECOND,
    SHOWN,
    TakingVerifier,
)

pytestmark = pytest.mark.usefixtures("numbered_pictures")


class ComparingVerifier(TakingVerifier):
    """Gives stored pictures another probability to be copies of each other."""

    def __init__(self, probabilities: Mapping[int, float], alike: float) -> None:
        super().__init__(probabilities)
        self._between_stored = alike

    @override
    def verify(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        candidates: Iterable[Picture],
        catalogue_size: int,
    ) -> Iterator[Finding]:
        is_query = picture.width == QUERY
        for found in super().verify(picture, query, candidates, catalogue_size):
            yield found if is_query else replace(found, probability=self._between_stored)


@pytest.mark.parametrize(
    ("alike", "effort", "matches"),
    [
        (APART, Effort.NORMAL, [FIRST]),
        (RENDITION, Effort.NORMAL, [FIRST, SECOND]),
        (APART, Effort.FAST, [FIRST, SECOND]),
    ],
    ids=["rivals", "renditions", "fast"],
)
def test_should_match_no_picture_beside_a_likelier_rival(
    alike: float, effort: Effort, matches: list[int], storage: MemoryStorage
) -> None:
    stock(storage, *PRODUCTS[:2])
    verifier = ComparingVerifier({FIRST: 0.8, SECOND: 0.7}, alike)
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), verifier)
    found = matcher.check(numbered(QUERY), CheckOptions(2, effort=effort)).matches
    assert [match.product for match in found] == [PRODUCTS[SHOWN.index(n)] for n in matches]
