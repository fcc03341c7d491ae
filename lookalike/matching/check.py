"""A check: what its caller wants to see, and the answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from lookalike.decisions import DecisionKind
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.matching.check_limits import require_min_match, require_top
from lookalike.matching.effort import Effort
from lookalike.matching.finding import MIN_COPY_PROBABILITY, Evidence, Verdict, shown_percentage
from lookalike.products import Product

MAX_PRODUCTS_PER_PICTURE = 10_000
"""Products of one picture, the first by entity id, among which a check finds those that its caller
wants to see. It does not read all of half a million products that show one placeholder."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """Options of what the caller of a check wants to see.

    Of a picture that more than ``MAX_PRODUCTS_PER_PICTURE`` products show, the others never appear.

    Attributes:
        top: how many products at most, at least 1. The HTTP API allows at most ``MAX_TOP``.
        min_match: percentage (0 to 100) below which matches are left out.
        exclude_entity_ids: the caller's own entries, to leave out. What was decided about them
            holds for the check.
        exclude_skus: entries with these skus are left out.
        attributes: only products that have all of these (key, value) pairs.
        effort: how much is tried before the answer is that nothing was found.
        is_effort_chosen: whether the caller has asked for this effort. Otherwise less may be tried.

    Raises:
        BadParameterError: ``top`` or ``min_match`` is out of range or not a number, or there is no
            such ``effort``.
    """

    top: int = 1
    min_match: float = 50.0
    exclude_entity_ids: frozenset[str] = frozenset()
    exclude_skus: frozenset[str] = frozenset()
    attributes: frozenset[tuple[str, str]] = frozenset()
    effort: Effort = Effort.NORMAL
    is_effort_chosen: bool = True

    def __post_init__(self) -> None:
        """Refuse what no check can use."""
        require_top(self.top)
        require_min_match(self.min_match)
        object.__setattr__(self, "effort", Effort.of(self.effort))

    @property
    def restricts(self) -> bool:
        """True if there may be products that the caller does not want to see."""
        return bool(self.exclude_entity_ids or self.exclude_skus or self.attributes)

    def admits(self, product: Product) -> bool:
        """Return whether the caller wants to see this product."""
        return (
            product.entity_id not in self.exclude_entity_ids
            and product.sku not in self.exclude_skus
            and self.attributes <= frozenset(product.attributes.items())
        )


@dataclass(frozen=True, slots=True)
class Match:
    """A product, and the one of its pictures that matches best.

    Attributes:
        product: as it is stored.
        probability: calibrated, 0 to 1, that its picture and the query come from one photograph.
        verdict: the kind of likeness.
        evidence: distances, flip, rotation and shared area.
        image_index: which of the product's ``images`` is the matched picture; 0 is the main one.
        decision: what was decided about it and the products that ask; ``None``: nothing.
    """

    product: Product
    probability: float
    verdict: Verdict
    evidence: Evidence
    image_index: int = 0
    decision: DecisionKind | None = None

    @property
    def image_url(self) -> str | None:
        """Where the matched picture came from; ``None`` for an uploaded one."""
        return self.product.images[self.image_index].image_url

    @property
    def fingerprint_id(self) -> str:
        """The matched picture."""
        return self.product.images[self.image_index].fingerprint_id

    @property
    def match_percentage(self) -> float:
        """The probability as a percentage, 0 to 100, as answers show it."""
        return shown_percentage(self.probability)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The answer of a check.

    Attributes:
        matches: by percentage, highest first.
        query: the fingerprint of the picture.
        effort: how much was tried.
    """

    matches: tuple[Match, ...]
    query: QueryFingerprint = field(repr=False)
    effort: Effort = Effort.NORMAL

    @property
    def is_duplicate(self) -> bool:
        """True if the first match is a duplicate or an edited copy at 50 % or more."""
        return bool(self.matches) and (
            self.matches[0].verdict.is_copy and self.matches[0].probability >= MIN_COPY_PROBABILITY
        )
