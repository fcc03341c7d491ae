"""Comparing two pictures with each other, whatever the catalogue knows."""

from __future__ import annotations

from lambdas.shared.http.pictures import PictureReader, PictureSource
from lambdas.shared.matching.interfaces import Finding, Matcher


class CompareImages:
    """Compares two pictures."""

    def __init__(self, reader: PictureReader, matcher: Matcher) -> None:
        self._reader = reader
        self._matcher = matcher

    def compare(self, a: PictureSource, b: PictureSource) -> Finding:
        """Whether both come from one photograph; ``a`` is the query.

        Raises:
            ImageError: one of them is refused.
            ImageUnreachableError: a picture's server is away.
        """
        return self._matcher.compare(self._reader.read(a), self._reader.read(b))
