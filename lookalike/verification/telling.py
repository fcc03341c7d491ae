"""Telling pixels: what tells a stored picture from another one that lies on the same query.

Two products in one template, such as two prints on one shirt, agree with a query nearly everywhere,
and with each other. That says little. Only where the two stored pictures differ from each other can
the query tell which of them it shows, or that it shows neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from lookalike.verification.aligned_pixels import SIDE, AlignedPixels, Where
from lookalike.verification.difference_features import differing_pixels
from lookalike.verification.lit_pixels import Levels, LitPixels
from lookalike.verification.pyramid import Pyramid, shown
from lookalike.verification.result import Verification
from lookalike.verification.transforms import Transform, inverse

MIN_TELLING = 0.003
"""Share of the pixels that a query shows in which two stored pictures have to differ: a digit."""
SHARED_BY_PLAIN = 0.01
"""Squared gradient, to the squared levels in which two stored pictures differ, below which a
picture is plain there: noise and compression leave less."""


@dataclass(frozen=True, eq=False)
class OnQuery:
    """A stored picture as it lies on a query.

    Attributes:
        pixels: both on the stored frame.
        transform: from the query's trimmed frame to the stored one.
        stored: the thumbnail.
        agreement: of fine blocks, -1 to 1: how much of a template both share.
    """

    pixels: AlignedPixels
    transform: Transform
    stored: Pyramid
    agreement: float

    @classmethod
    def of(
        cls, verification: Verification, stored: Pyramid, features: Mapping[str, float]
    ) -> OnQuery | None:
        """A verified picture; ``None`` where it does not lie on the query.

        Args:
            verification: of the picture.
            stored: its thumbnail.
            features: of the verification.
        """
        if verification.transform is None or verification.blocks is None:
            return None
        pixels = verification.blocks.pixels
        return cls(pixels, verification.transform, stored, features["fine_agreement"])

    @cached_property
    def lit(self) -> LitPixels:
        """Both in the light of the query."""
        return LitPixels.of(self.pixels)

    @cached_property
    def unlit(self) -> LitPixels:
        """Both as they are."""
        return LitPixels.unlit(self.pixels)


def lacking(stored: OnQuery, other: OnQuery) -> float | None:
    """How much a query lacks of what tells a stored picture from another one.

    It is the square of what is missing to full correlation of gradients over the telling pixels.
    Of sure copies, 98 in 100 have a correlation of .65 and more, and of unrelated pictures that
    match less than half. Strong blur, and what covers the telling pixels, leave copies less. Where
    the stored picture is plain and the other one bears a print, a plain query correlates.

    Args:
        stored: the picture.
        other: another picture on the same query.

    Returns:
        0 to 4: nothing is lacking, 1: nothing correlates; ``None`` where the pictures hardly
        differ, so that nothing tells which of them the query shows.
    """
    difference, telling = _told_apart(_beside(stored, other))
    if telling.sum() <= MIN_TELLING * stored.pixels.shown.sum():
        return None
    dimmed = stored.lit.dimmed(stored.unlit, telling)
    told = SHARED_BY_PLAIN * float((difference[telling] ** 2).sum()) * dimmed
    return (1 - stored.lit.alike(telling, told)) ** 2


def _told_apart(pair: AlignedPixels) -> tuple[Levels, Where]:
    """How far two stored pictures differ, and the pixels in which they do.

    It is in the light in which fewer of them do. Two pictures of one shop mostly have the same, and
    a large print on one of them would be taken for another light of the whole garment.
    """
    ways = (LitPixels.of(pair), LitPixels.unlit(pair))
    found = ((way.difference, differing_pixels(way, pair.shown, "faint")) for way in ways)
    return min(found, key=lambda each: int(each[1].sum()))


def _beside(stored: OnQuery, other: OnQuery) -> AlignedPixels:
    """The other picture in the place of the query, where that shows both."""
    transform = stored.transform @ inverse(other.transform)
    pair = AlignedPixels.of(other.stored, stored.stored, transform, shown(transform, 2 * SIDE))
    return replace(pair, shown=pair.shown & stored.pixels.shown)
