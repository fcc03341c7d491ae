"""Lookalike itself, built from the parts that the service uses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import ClassVar

from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.evaluation.methods.method import TOP, Hit, Index, Method
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import prepare
from lookalike.matching.calibration import Calibration
from lookalike.matching.check import CheckOptions
from lookalike.matching.effort import Effort
from lookalike.matching.matcher import Matcher
from lookalike.matching.shipped import build_matcher, fingerprinter
from lookalike.pictures import Fingerprint
from lookalike.storage.interfaces import Storage
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.verification.classifier import Classifier, version_of_models

BATCH = 1000
CALIBRATION = "calibration.json"
"""The calibration in a folder of models."""


class Ours(Method):
    """Checks by the shipped matcher, or by one with other models, on a storage in memory."""

    name = "ours"
    title = "Lookalike"
    effort: ClassVar[Effort] = Effort.NORMAL
    """How much each check tries."""

    def describe(self, picture: bytes) -> Fingerprint:
        """The fingerprint of a picture."""
        return one_fingerprinter().fingerprint(prepare(picture))

    def index(self, described: Mapping[str, Fingerprint], skus: Mapping[str, str]) -> Index:
        """A storage in memory with a matcher."""
        storage = MemoryStorage(ALGORITHM_VERSION)
        products = [
            Registration(entity_id, skus.get(entity_id, ""), [RegisteredImage(None, fingerprint)])
            for entity_id, fingerprint in described.items()
        ]
        for first in range(0, len(products), BATCH):
            register(storage, products[first : first + BATCH], now=0)
        return _MatcherIndex(storage, self.effort)


class OursFast(Ours):
    """The same with the least effort."""

    name = "ours_fast"
    title = "Lookalike, fast"
    effort = Effort.FAST


class OursThorough(Ours):
    """The same with the most effort."""

    name = "ours_thorough"
    title = "Lookalike, thorough"
    effort = Effort.THOROUGH


class _MatcherIndex(Index):
    def __init__(self, storage: Storage, effort: Effort, folder: Path | None = None) -> None:
        self._storage = storage
        self._effort = effort
        self._matcher = _matcher(storage, folder)
        self._by_folder: dict[Path, Index] = {}

    def with_models(self, folder: Path) -> Index:
        """See ``Index.with_models``; the models of each folder are loaded once."""
        if folder not in self._by_folder:
            self._by_folder[folder] = _MatcherIndex(self._storage, self._effort, folder)
        return self._by_folder[folder]

    def search(self, query: bytes, excluded: frozenset[str], top: int = TOP) -> list[Hit]:
        options = CheckOptions(
            top=top, min_match=0, exclude_entity_ids=excluded, effort=self._effort
        )
        return [
            Hit(match.product.entity_id, match.probability, match.verdict.value)
            for match in self._matcher.check(prepare(query), options).matches
        ]


@cache
def one_fingerprinter() -> PictureFingerprinter:
    """The fingerprinter of this process."""
    return fingerprinter()


def _matcher(storage: Storage, folder: Path | None) -> Matcher:
    """A matcher with the models and the calibration of a folder; without one, the shipped ones."""
    if folder is None:
        return build_matcher(storage, one_fingerprinter())
    calibration = Calibration.read(folder / CALIBRATION, version_of_models(folder))
    return build_matcher(storage, one_fingerprinter(), calibration, Classifier.read(folder))


def match_probability(query: bytes, picture: bytes, folder: Path | None = None) -> float:
    """The probability (0 to 1) that two image files come from one photograph.

    Args:
        query: content of an image file.
        picture: content of another one.
        folder: with models and their calibration; ``None``: the shipped ones.

    Raises:
        LookalikeError: one of them is refused.
    """
    return one_matcher(folder).compare(prepare(query), prepare(picture)).probability


@cache
def one_matcher(folder: Path | None = None) -> Matcher:
    """The matcher of this process with these models, for pairs of pictures."""
    return _matcher(MemoryStorage(ALGORITHM_VERSION), folder)
