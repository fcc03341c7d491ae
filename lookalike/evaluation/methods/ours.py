"""Lookalike itself, built from the parts that the service uses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from lookalike.catalogue.registration import Registration, register
from lookalike.evaluation.methods.method import TOP, Hit, Index, Method
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import prepare
from lookalike.matching.check import CheckOptions
from lookalike.matching.matcher import Matcher
from lookalike.matching.shipped import build_matcher, fingerprinter
from lookalike.pictures import Fingerprint
from lookalike.storage.memory.storage import MemoryStorage

BATCH = 1000


class Ours(Method):
    """Checks by the shipped matcher, on a storage in memory."""

    name = "ours"
    title = "Lookalike"

    def describe(self, picture: bytes) -> Fingerprint:
        """The fingerprint of a picture."""
        return one_fingerprinter().fingerprint(prepare(picture))

    def index(self, described: Mapping[str, Fingerprint]) -> Index:
        """A storage in memory with a matcher."""
        storage = MemoryStorage(ALGORITHM_VERSION)
        products = [
            Registration(entity_id, "", None, fingerprint)
            for entity_id, fingerprint in described.items()
        ]
        for first in range(0, len(products), BATCH):
            register(storage, products[first : first + BATCH], now=0)
        return _MatcherIndex(build_matcher(storage, one_fingerprinter()))


class _MatcherIndex(Index):
    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    def search(self, query: bytes, excluded: frozenset[str], top: int = TOP) -> list[Hit]:
        options = CheckOptions(top=top, min_match=0, exclude_entity_ids=excluded)
        return [
            Hit(match.product.entity_id, match.probability, match.verdict.value)
            for match in self._matcher.check(prepare(query), options).matches
        ]


@cache
def one_fingerprinter() -> PictureFingerprinter:
    """The fingerprinter of this process."""
    return fingerprinter()


def match_probability(query: bytes, picture: bytes) -> float:
    """The probability (0 to 1) that two image files come from one photograph.

    Raises:
        LookalikeError: one of them is refused.
    """
    return one_matcher().compare(prepare(query), prepare(picture)).probability


@cache
def one_matcher() -> Matcher:
    """The matcher of this process, for pairs of pictures."""
    return build_matcher(MemoryStorage(ALGORITHM_VERSION), one_fingerprinter())
