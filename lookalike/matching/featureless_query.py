"""Queries that show too little as a whole: what a wide border surrounds may still be matched.

The hashes of the whole are alike by chance, and those of lone words on white nearly so without
their border, too: a copy has to be a sure one, and of most of the part, since two words may have a
letter in common.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lookalike.errors import ImageFeaturelessError
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.finding import Finding
from lookalike.matching.ranking import SURE
from lookalike.matching.views import View, part_of
from lookalike.pictures import FEATURELESS_BELOW, Fingerprint

MIN_SHARED = 0.5
"""Share of what the border surrounds that a copy has to show."""


class WithinBorder(NamedTuple):
    """What the border of a featureless picture surrounds.

    Attributes:
        whole: fingerprint of the featureless picture.
        view: the part.
        query: its fingerprint; it is not featureless.
    """

    whole: Fingerprint
    view: View
    query: QueryFingerprint

    def sure_copies(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that are sure copies of most of the part, as those of the whole picture.

        Raises:
            ImageFeaturelessError: there are none.
        """
        sure = [self.view.finding_of_whole(each) for each in findings if _is_sure_copy(each)]
        if not sure:
            raise ImageFeaturelessError(
                f"{_too_little(self.whole)}: most of it is border. What the border surrounds was "
                "compared, and no sure copy of it was found. Send another picture of the product."
            )
        return sure


def _is_sure_copy(of_part: Finding) -> bool:
    shared = of_part.evidence.area_of_query
    return of_part.probability >= SURE and (shared is None or shared >= MIN_SHARED)


def within_border(
    picture: PreparedPicture, whole: Fingerprint, fingerprinter: Fingerprinter
) -> WithinBorder:
    """The part of a featureless picture that its border surrounds.

    Raises:
        ImageFeaturelessError: there is no border, or the part shows too little as well.
    """
    if picture.has_border:
        view = part_of(picture, picture.trim_box)
        query = fingerprinter.query(view.picture)
        if not query.fingerprint.is_featureless:
            return WithinBorder(whole, view, query)
    raise featureless_error(whole)


def featureless_error(fingerprint: Fingerprint) -> ImageFeaturelessError:
    """The error of a picture of which nothing can be matched."""
    return ImageFeaturelessError(
        f"{_too_little(fingerprint)}: it is nearly one colour, a smooth shade or a lone word. "
        "Send a picture of the product."
    )


def _too_little(fingerprint: Fingerprint) -> str:
    return (
        f"The picture shows too little to be matched (quality {fingerprint.quality}, at least "
        f"{FEATURELESS_BELOW} needed)"
    )
