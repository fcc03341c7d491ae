"""Pairs that people have decided about, scored as a comparison of two pictures scores them.

A check of a catalogue may give less, where similar pictures match, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lookalike.decisions import Decision, DecisionKind
from lookalike.errors import LookalikeError
from lookalike.evaluation.scoring.recalibration import Pairs, pairs_from
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.verifier import Verifier
from lookalike.storage.decisions import every_decision
from lookalike.storage.interfaces import Storage
from lookalike.storage.still_shown import Shown, standing

_IS_RIGHT = {DecisionKind.DUPLICATE: True, DecisionKind.NOT_DUPLICATE: False}

OUTDATED = "do not stand: other pictures are shown"
VARIANTS = "are about variants, which may show one photograph or two"
IDENTICAL = "are about the identical picture, which is always at 100 %"
UNREADABLE = "need a picture that cannot be read any more"
FEATURELESS = "are about a picture that shows too little"
"""Why decisions are no labels."""


class _Label(NamedTuple):
    """Two different pictures, and whether their products are duplicates."""

    decision: Decision
    a: str
    b: str


@dataclass(slots=True)
class ScoredDecisions:
    """What was found.

    Attributes:
        scores: probability of each pair as it is shipped.
        right: whether it was decided to be a duplicate.
        query: number of the product that was asked about.
        left_out: how many decisions are no labels, by reason.
    """

    scores: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    query: list[int] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def pairs(self) -> Pairs:
        """The pairs that percentages are fitted to."""
        return pairs_from(self.scores, self.right, self.query)


class DecisionScorer:
    """Asks about the picture of one product, and verifies that of the other one.

    The picture asked about is read from where it came from, as in a check: what is stored of it
    is a thumbnail, which gives lower percentages.

    Args:
        storage: the catalogue.
        read: reads a picture by its address.
        fingerprinter: of the storage's algorithm version.
        verifier: with the shipped calibration.
    """

    def __init__(
        self,
        storage: Storage,
        read: Callable[[str], PreparedPicture],
        fingerprinter: Fingerprinter,
        verifier: Verifier,
    ) -> None:
        self._storage = storage
        self._read = read
        self._fingerprinter = fingerprinter
        self._verifier = verifier

    def scored(self, advance: Callable[[int], object]) -> ScoredDecisions:
        """Score every decision that is a label.

        Args:
            advance: told how many decisions are done.
        """
        found = ScoredDecisions()
        numbers: dict[str, int] = {}
        for decision, label in self._labels():
            score = label if isinstance(label, str) else self._score(label)
            if isinstance(score, str):
                found.left_out[score] += 1
            else:
                found.scores.append(score)
                found.right.append(_IS_RIGHT[decision.kind])
                found.query.append(numbers.setdefault(decision.a, len(numbers)))
            advance(1)
        return found

    def _labels(self) -> Iterator[tuple[Decision, _Label | str]]:
        """All decisions, each with its pictures or with the reason why it is no label."""
        decisions = list(every_decision(self._storage.decisions))
        for decision, shown in zip(decisions, standing(self._storage, decisions), strict=True):
            yield decision, _label(decision, *shown)

    def _score(self, label: _Label) -> float | str:
        """The probability that one is a copy of the other, no third one considered; or why none."""
        decision, a, b = label
        stored = self._storage.pictures.get_many([a, b])
        if len(stored) < 2 or any(each.fingerprint.is_featureless for each in stored.values()):  # noqa: PLR2004 - both
            return FEATURELESS
        size = self._storage.vectors.count()
        for entity_id, own, other in ((decision.a, a, b), (decision.b, b, a)):
            if (query := self._query(entity_id, own)) is not None:
                [finding] = self._verifier.verify(*query, [stored[other]], size)
                return finding.probability
        return UNREADABLE

    def _query(
        self, entity_id: str, fingerprint_id: str
    ) -> tuple[PreparedPicture, QueryFingerprint] | None:
        """A product's picture as it is asked about, if it can still be read."""
        product = self._storage.products.get_many([entity_id])[entity_id]
        address = product.images[product.image_index(fingerprint_id)].image_url
        if address is None:
            return None
        try:
            picture = self._read(address)
        except LookalikeError:
            return None
        query = self._fingerprinter.query(picture)
        is_same = query.fingerprint.fingerprint_id == fingerprint_id
        return (picture, query) if is_same else None


def _label(decision: Decision, a: Shown, b: Shown) -> _Label | str:
    """The main pictures of both products, or why the decision is no label."""
    if not (a and b):
        return OUTDATED
    if decision.kind is DecisionKind.VARIANT:
        return VARIANTS
    return IDENTICAL if {*a} & {*b} else _Label(decision, a[0], b[0])
