"""Rivals: pictures of which a query can be a copy of one at most.

Where two of them are likely, it may as well be a third sibling of their template: the likelier one
is, the less likely is the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from lookalike.fingerprint.stored_query import stored_query
from lookalike.matching.calibration import REFERENCE_SIZE
from lookalike.matching.finding import Finding, Verdict
from lookalike.matching.nearest_other import shows_another
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Picture
from lookalike.products import Product

MOST = 2
"""Pairs of stored pictures that are compared for one query, at most."""
RENDITION = 0.9
"""Probability from which two stored pictures are taken for renditions of one photograph."""


class Rivals:
    """Tells the rivals among the pictures that were verified for one query.

    Pictures of one product or sku are no rivals, nor are colours and renditions of one photograph.
    Which ones are renditions is found by comparing them: hashes do not tell, since half of them are
    more than 40 bits apart.

    Args:
        verifier: compares stored pictures.
        pictures: gives those with some ids.
        products: those that show the picture with an id.
    """

    def __init__(
        self,
        verifier: Verifier,
        pictures: Callable[[Sequence[str]], Mapping[str, Picture]],
        products: Callable[[str], Iterator[Product]],
    ) -> None:
        self._verifier = verifier
        self._pictures = pictures
        self._products = products
        self._left = MOST

    def are(self, one: Finding, other: Finding) -> bool:
        """Return whether two pictures are known to be rivals."""
        ids = (one.fingerprint_id, other.fingerprint_id)
        if ids[0] == ids[1] or Verdict.COLOUR_VARIANT in (one.verdict, other.verdict):
            return False
        own = list(self._products(ids[0]))
        return shows_another(self._products(ids[1]), own) and self._are_no_copies(ids)

    def _are_no_copies(self, ids: Sequence[str]) -> bool:
        pictures = self._pictures(ids)
        if not self._left or len(pictures) < len(ids):
            return False
        self._left -= 1
        stored, asked = (pictures[name] for name in ids)
        picture, query = stored_query(asked.fingerprint)
        [found] = self._verifier.verify(picture, query, [stored], REFERENCE_SIZE)
        return found.probability < RENDITION
