"""A catalogue in memory, and checks against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching import stored_pairs
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.pictures import Fingerprint
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION, a_fingerprint_id
from tests.unit.matching.fakes import (
    EVERYTHING,
    Checker,
    NumberedFingerprinter,
    ToldVerifier,
    numbered,
)


@pytest.fixture
def storage() -> Iterator[MemoryStorage]:
    """An empty catalogue."""
    storage = MemoryStorage(VERSION)
    yield storage
    storage.close()


@pytest.fixture
def fingerprinter() -> NumberedFingerprinter:
    """Of numbered pictures."""
    return NumberedFingerprinter()


@pytest.fixture
def check(storage: MemoryStorage, fingerprinter: NumberedFingerprinter) -> Checker:
    """Asks about picture 1, whose candidates have the given probabilities."""

    def ask(probabilities: Mapping[int, float], options: CheckOptions = EVERYTHING) -> CheckResult:
        matcher = CatalogueMatcher(storage, fingerprinter, ToldVerifier(probabilities))
        return matcher.check(numbered(1), options)

    return ask


@pytest.fixture
def numbered_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stored pictures are those of the builders, whose signatures show nothing."""
    numbers = {a_fingerprint_id(n): n for n in range(1, 100)}

    def stored_query(fingerprint: Fingerprint) -> tuple[PreparedPicture, QueryFingerprint]:
        picture = numbered(numbers[fingerprint.fingerprint_id])
        return picture, NumberedFingerprinter().query(picture)

    monkeypatch.setattr(stored_pairs, "stored_query", stored_query)
