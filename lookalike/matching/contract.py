"""The words of matching: what is asked, what is found, and what a verifier promises."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lookalike.fingerprint.hash_algorithm import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.pictures import Picture
from lookalike.products import Product

COPY_FROM = 0.5
"""Probability from which a match is called a copy; fixed by the contract."""
LOOKED_THROUGH = 10_000
"""Products of one picture, the first by entity id, among which a check finds those that its caller
wants to see. A placeholder that half a million products show is not read to its end for each."""
Outline = tuple[tuple[float, float], ...]
"""Corners (x, y) of an area of a picture, in order around it.

Fractions, 0 to 1, of the whole picture as one sees it: upright, border and all, from its left and
from its top edge. Four for a rectangle that was turned or seen at an angle; fewer or more where the
frame cuts some off.
"""


class Verdict(StrEnum):
    """What a match is."""

    DUPLICATE = "duplicate"
    """The same picture, at most re-encoded or resized."""
    EDITED_COPY = "edited_copy"
    """The same photograph, changed: cropped, flipped, framed, overlaid, re-lit …"""
    COLOUR_VARIANT = "colour_variant"
    """The same photograph, garment or whole picture recoloured."""
    SIMILAR = "similar"
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


@dataclass(frozen=True, slots=True)
class Finding:
    """What verification says of one candidate picture.

    Attributes:
        fingerprint_id: the candidate.
        probability: calibrated, 0 to 1, that both come from the same photograph.
        colours_away: how far its colours are from the query's, to be compared with those of other
            findings of the same query: log odds that they are other ones; or, where the query is in
            greyscale, the mean difference in grey levels.
    """

    fingerprint_id: str
    probability: float
    verdict: Verdict
    evidence: Evidence
    colours_away: float = -math.inf


class Verifier(ABC):
    """Compares a query with candidate pictures. Safe to call from several threads."""

    @abstractmethod
    def verify(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        candidates: Iterable[Picture],
        catalogue_size: int,
    ) -> Iterator[Finding]:
        """One finding per candidate, in their order, each made when it is asked for.

        Args:
            picture: the query.
            query: its fingerprint.
            candidates: of the same version, none of them featureless.
            catalogue_size: pictures that they were chosen from: the more there are, the more of
                them look alike by chance.
        """


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What the caller of a check wants to see.

    Of a picture that more than ``LOOKED_THROUGH`` products show, the others are never seen.

    Attributes:
        top: how many products at most, 1 to 50.
        min_match: percentage (0 to 100) below which matches are left out.
        exclude_entity_ids: entries to leave out.
        exclude_skus: entries with these skus are left out.
        attributes: only products that have all of these (key, value) pairs.
    """

    top: int = 1
    min_match: float = 50.0
    exclude_entity_ids: frozenset[str] = frozenset()
    exclude_skus: frozenset[str] = frozenset()
    attributes: frozenset[tuple[str, str]] = frozenset()

    @property
    def restricts(self) -> bool:
        """Whether there may be products that the caller does not want to see."""
        return bool(self.exclude_entity_ids or self.exclude_skus or self.attributes)

    def admits(self, product: Product) -> bool:
        """Whether the caller wants to see this product."""
        return (
            product.entity_id not in self.exclude_entity_ids
            and product.sku not in self.exclude_skus
            and self.attributes <= frozenset(product.attributes.items())
        )


@dataclass(frozen=True, slots=True)
class Match:
    """A product that shows a matched picture."""

    product: Product
    match_percentage: float
    verdict: Verdict
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The answer of a check: matches by percentage, highest first."""

    matches: tuple[Match, ...]
    query: QueryFingerprint

    @property
    def is_duplicate(self) -> bool:
        """Whether the first match is a duplicate or an edited copy at 50 % or more."""
        return bool(self.matches) and (
            self.matches[0].verdict in (Verdict.DUPLICATE, Verdict.EDITED_COPY)
            and self.matches[0].match_percentage >= 100 * COPY_FROM
        )


class Matcher(ABC):
    """Answers checks against one catalogue. Safe to call from several threads."""

    @abstractmethod
    def check(self, picture: PreparedPicture, options: CheckOptions) -> CheckResult:
        """Which products show this picture.

        Raises:
            ImageFeaturelessError: the picture shows too little to be matched.
            StorageUnavailableError: a store does not answer.
        """

    @abstractmethod
    def compare(self, a: PreparedPicture, b: PreparedPicture) -> Finding:
        """Whether two pictures come from one photograph; ``a`` is the query.

        Raises:
            ImageFeaturelessError: one of them shows too little; the detail begins with ``a`` or
                ``b``.
        """
