"""Comparing two pictures with each other, without the catalogue."""

from __future__ import annotations

from lookalike.errors import prefix_errors
from lookalike.http.pictures import PictureReader, PictureSource
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Finding
from lookalike.matching.matcher import Matcher


class CompareImages:
    """Compares two pictures.

    Args:
        reader: fetches and decodes the pictures.
        matcher: compares them.
    """

    def __init__(self, reader: PictureReader, matcher: Matcher) -> None:
        self._reader = reader
        self._matcher = matcher

    def compare(
        self, a: PictureSource, b: PictureSource, effort: Effort = Effort.NORMAL
    ) -> Finding:
        """Return whether both pictures come from the same photograph; ``a`` is the query.

        Raises:
            ImageError: a picture is refused; the detail begins with its name, ``a`` or ``b``.
            ImageUnreachableError: the server of a picture does not answer; likewise.
        """
        with prefix_errors("a"):
            first = self._reader.read(a)
        with prefix_errors("b"):
            second = self._reader.read(b)
        return self._matcher.compare(first, second, effort)
