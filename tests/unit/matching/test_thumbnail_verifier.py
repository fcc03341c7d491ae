"""Pictures that share less than thumbnails can show are unlike, and hide nothing behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from typing_extensions import override

from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching import stored_check
from lookalike.matching.check import CheckOptions
from lookalike.matching.finding import Evidence, Finding
from lookalike.matching.ranking import SURE
from lookalike.matching.stored_check import StoredCheck
from lookalike.matching.thumbnail_verifier import MIN_SHARED_AREA, ThumbnailVerifier
from lookalike.pictures import Fingerprint, Picture
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_fingerprint, a_fingerprint_id, a_product
from tests.unit.matching.fakes import NumberedFingerprinter, ToldVerifier, numbered, stock

QUERY, NEAR, FAR = 1, 2, 3
LITTLE = MIN_SHARED_AREA - 0.01


class SharingVerifier(ToldVerifier):
    """Finds sure copies that share so much with the query, by the number of the picture."""

    def __init__(self, shared: dict[int, float | None]) -> None:
        super().__init__(dict.fromkeys(shared, SURE))
        self._shared = {a_fingerprint_id(number): area for number, area in shared.items()}

    @override
    def verify(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        candidates: Iterable[Picture],
        catalogue_size: int,
    ) -> Iterator[Finding]:
        for found in super().verify(picture, query, candidates, catalogue_size):
            area = self._shared[found.fingerprint_id]
            yield replace(
                found,
                evidence=Evidence(20, 100, area_of_query=1.0, area_of_match=area),
                colour_difference=-9.0,
                score=5.0,
            )


@pytest.fixture(autouse=True)
def _numbered_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stored pictures are those of the builders, whose signatures show nothing."""

    def stored_query(_: Fingerprint) -> tuple[PreparedPicture, QueryFingerprint]:
        return numbered(QUERY), NumberedFingerprinter().query(numbered(QUERY))

    monkeypatch.setattr(stored_check, "stored_query", stored_query)


@pytest.mark.parametrize("little", [NEAR, FAR])
def test_should_find_the_copy_behind_a_picture_that_shares_too_little(
    little: int, storage: MemoryStorage
) -> None:
    """One sure copy is enough for who asks for one, and that picture is none."""
    stock(storage, a_product(NEAR, entity_id="near"), a_product(FAR, entity_id="far"))
    shared: dict[int, float | None] = {NEAR: 0.9, FAR: 0.9, little: LITTLE}
    check = StoredCheck(storage, SharingVerifier(shared))
    [match] = check.matches(a_fingerprint(QUERY), CheckOptions(top=1))
    assert match.product.entity_id == ("far" if little == NEAR else "near")


@pytest.mark.parametrize(
    ("shared", "is_matched"), [(None, True), (MIN_SHARED_AREA, True), (LITTLE, False)]
)
def test_should_take_what_shares_too_little_for_no_rival(
    shared: float | None, *, is_matched: bool
) -> None:
    picture, query = numbered(QUERY), NumberedFingerprinter().query(numbered(QUERY))
    verifier = ThumbnailVerifier(SharingVerifier({NEAR: shared}))
    stored = Picture(a_fingerprint(NEAR), 0)
    [found] = verifier.verify(picture, query, [stored], 1)
    assert found.is_matched == is_matched
    assert (found.score > 0) == is_matched
