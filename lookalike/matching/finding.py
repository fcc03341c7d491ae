"""A finding: how likely one stored picture is a copy of the query, of which kind, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from functools import reduce
from typing import TYPE_CHECKING, Self

from lookalike.matching.odds import log_odds, probability_of

if TYPE_CHECKING:
    from lookalike.verification.telling import OnQuery

MIN_COPY_PROBABILITY = 0.5
"""Probability from which a picture is called a copy; fixed by the contract."""
MIN_OTHER_COLOURS = -0.75
"""Log odds of other colours from which a copy is a colour variant. Below even odds, since another
colour called a copy keeps a product out of the catalogue, and a copy called another colour is still
a match with its percentage."""
MIN_DOUBT = 0.0075
"""Probability from which a picture may be a copy although it is not called one: one unrelated query
in eleven has such a candidate."""
LEAST_PROBABILITY = 1e-5
"""Probability that whatever was verified has at least."""
_CENT = Decimal("0.01")
Loss = tuple[tuple[float, float], ...]
"""Cases: how likely each is (shares of 1), and how many log odds are lost in it."""
Outline = tuple[tuple[float, float], ...]
"""Corners (x, y) of an area of a picture, in order around it.

Fractions, 0 to 1, of the whole picture as one sees it: upright, border and all, from its left and
from its top edge. Four for a rectangle that was turned or seen at an angle; fewer or more where the
frame cuts some off.
"""


def outline_of(corners: Iterable[Iterable[float]]) -> Outline:
    """The outline with these corners, shape (n, 2)."""
    return tuple((float(x), float(y)) for x, y in corners)


class Verdict(StrEnum):
    """How a matched picture relates to the query."""

    # The only list of verdicts: value, words for people, and whether the product is a duplicate.

    _value_: str
    words: str
    is_copy: bool

    def __new__(cls, value: str, words: str, is_copy: bool) -> Self:  # noqa: FBT001 - a column
        """A verdict with its words, and whether a product with that picture is a duplicate."""
        verdict = str.__new__(cls, value)
        verdict._value_, verdict.words, verdict.is_copy = value, words, is_copy
        return verdict

    DUPLICATE = "duplicate", "the same picture", True
    """The same picture, at most re-encoded or resized."""
    EDITED_COPY = "edited_copy", "the same photograph, edited", True
    """The same photograph, changed: cropped, flipped, framed, overlaid, re-lit …"""
    COLOUR_VARIANT = "colour_variant", "the same photograph in another colour", False
    """The same photograph, garment or whole picture recoloured."""
    SIMILAR = "similar", "another photograph", False
    """Another photograph that looks alike."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a match is one. What could not be established is ``None``.

    The catalogue picture, mirrored left to right where ``flipped`` and then turned by ``rotation``,
    shows the shared area as the query does.

    Attributes:
        phash_distance: bits (0 to 64) between the pHashes, best of frames, flips and turns.
        deep_distance: bits (0 to 512) between the deep hashes, best of the stored views.
        flipped: whether the query is mirrored.
        rotation: whole degrees clockwise, 0 to 359, by which the query is turned.
        area_of_query: share (0 to 1) of the query that shows the shared picture.
        area_of_match: share (0 to 1) of the catalogue picture that the query shows.
        outline_of_query: where the shared area is in the query.
        outline_of_match: where it is in the catalogue picture: as many corners, and each shows what
            the corner of the same index shows in the query. Known where the other one is.
    """

    phash_distance: int
    deep_distance: int
    flipped: bool | None = None
    rotation: int | None = None
    area_of_query: float | None = None
    area_of_match: float | None = None
    outline_of_query: Outline | None = None
    outline_of_match: Outline | None = None

    @property
    def swapped(self) -> Evidence:
        """This evidence with query and catalogue picture in each other's place."""
        rotation = self.rotation
        if rotation is not None and not self.flipped:  # a mirrored turn undoes itself
            rotation = -rotation % 360
        return replace(
            self,
            rotation=rotation,
            area_of_query=self.area_of_match,
            area_of_match=self.area_of_query,
            outline_of_query=self.outline_of_match,
            outline_of_match=self.outline_of_query,
        )


def shown_percentage(probability: float) -> float:
    """The percentage (0 to 100) of a probability, with two decimals, rounded down.

    So 100 means certainty only, and no percentage is shown at a threshold that it did not reach.
    """
    percentage = Decimal(repr(100 * float(probability)))
    return float(percentage.quantize(_CENT, ROUND_DOWN))


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of verifying one candidate picture.

    Attributes:
        fingerprint_id: of the candidate.
        probability: calibrated, 0 to 1, that both come from the same photograph.
        verdict: the kind of likeness.
        evidence: distances, flip, rotation and shared area.
        colour_difference: how far its colours are from the query's, to be compared with those of
            other findings of the same query: log odds that they are other ones; or, where the
            query is in greyscale, the mean difference in grey levels.
        score: log odds of the classifier that both come from the same photograph.
        losses: what other pictures took from the probability; see ``Rivals``.
        before: the probability before all losses; ``None`` where nothing was lost.
        is_overlaid: all agrees but what the stored picture shows in addition.
        patch: left, top, right and bottom of a part of the query that shows something else than a
            likely picture, as one that was pasted onto it; in shares of the query's sides.
        on_query: the stored picture as it lies on the query; ``None`` where pixels were not
            compared.
    """

    fingerprint_id: str
    probability: float
    verdict: Verdict
    evidence: Evidence
    colour_difference: float = -math.inf
    score: float = -math.inf
    losses: tuple[Loss, ...] = ()
    before: float | None = None
    is_overlaid: bool = False
    patch: tuple[float, float, float, float] | None = None
    on_query: OnQuery | None = field(default=None, compare=False, repr=False)

    def without(self, lost: float, unless: float = 0.0) -> Finding:
        """This finding without some log odds.

        Args:
            lost: the log odds.
            unless: probability (0 to 1) that nothing is lost.
        """
        return self.after(((unless, 0.0), (1 - unless, lost))) if lost else self

    def after(self, *losses: Loss) -> Finding:
        """This finding without what each loss takes, one after the other; certainty stays certain.

        Below one half, it is no match any more, and agrees in no particular place.
        """
        return reduce(Finding._after, losses, self)

    def _after(self, loss: Loss) -> Finding:
        if not 0 < self.probability < 1:
            return self
        mean = sum(share * _less(self.probability, lost) for share, lost in loss)
        probability = max(LEAST_PROBABILITY, mean)
        losses = (*self.losses, loss)
        left = replace(self, probability=probability, before=self.alone, losses=losses)
        if left.is_matched:
            return left
        distances = Evidence(self.evidence.phash_distance, self.evidence.deep_distance)
        return replace(left, verdict=Verdict.SIMILAR, evidence=distances)

    @property
    def alone(self) -> float:
        """The probability whatever other pictures there are."""
        return self.probability if self.before is None else self.before

    @property
    def agreement(self) -> float:
        """How far fine blocks agree, -1 to 1; see ``OnQuery``."""
        return self.on_query.agreement if self.on_query else -1.0

    @property
    def is_matched(self) -> bool:
        """Whether it is more likely than not that both come from the same photograph."""
        return self.probability >= MIN_COPY_PROBABILITY

    @property
    def as_edited(self) -> Finding:
        """This finding, of an edited copy at most: something else is known to be changed."""
        is_same = self.verdict is Verdict.DUPLICATE
        return replace(self, verdict=Verdict.EDITED_COPY) if is_same else self

    def swapped(self, fingerprint_id: str) -> Finding:
        """This finding with query and catalogue picture, of that id, in each other's place."""
        return replace(self, fingerprint_id=fingerprint_id, evidence=self.evidence.swapped)

    @property
    def match_percentage(self) -> float:
        """The probability as a percentage, 0 to 100, as answers show it."""
        return shown_percentage(self.probability)


def _less(probability: float, lost: float) -> float:
    return probability_of(log_odds(probability) - lost)
