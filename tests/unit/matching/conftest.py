"""A catalogue in memory, and checks against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION
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
