"""Comparing two pictures with each other, whatever the catalogue knows."""

from __future__ import annotations

from lookalike.errors import said_of
from lookalike.http.pictures import PictureReader, PictureSource
from lookalike.matching.contract import Finding, Matcher


class CompareImages:
    """Compares two pictures."""

    def __init__(self, reader: PictureReader, matcher: Matcher) -> None:
        self._reader = reader
        self._matcher = matcher

    def compare(self, a: PictureSource, b: PictureSource) -> Finding:
        """Whether both come from one photograph; ``a`` is the query.

        Raises:
            ImageError: one of them is refused; the detail begins with its name, ``a`` or ``b``.
            ImageUnreachableError: the server of one is away; as above.
        """
        with said_of("a"):
            first = self._reader.read(a)
        with said_of("b"):
            second = self._reader.read(b)
        return self._matcher.compare(first, second)
