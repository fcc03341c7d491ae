"""Checking pictures against the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from lookalike.http.pictures import PictureReader, PictureSource
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.matching.matcher import Matcher

AT_ONCE = 8
"""Checks of one batch next to each other."""


class FindSimilar:
    """Checks one picture or several.

    Args:
        reader: gets and prepares the pictures.
        matcher: knows the catalogue.
    """

    def __init__(self, reader: PictureReader, matcher: Matcher) -> None:
        self._reader = reader
        self._matcher = matcher

    def check(self, source: PictureSource, options: CheckOptions) -> CheckResult:
        """Which products show this picture.

        Raises:
            ImageError: the picture is refused.
            TransientError: the picture's server or a store is away.
        """
        return self._matcher.check(self._reader.read(source), options)

    def check_all(
        self, sources: Sequence[Callable[[], PictureSource]], options: CheckOptions
    ) -> list[CheckResult | Exception]:
        """The result of each check, or the error it ended in, in order."""

        def attempt(source: Callable[[], PictureSource]) -> CheckResult | Exception:
            try:
                return self.check(source(), options)
            except Exception as error:  # noqa: BLE001 - the caller answers each on its own
                return error

        # Threads of its own: in shared ones, one batch would wait for the slow pictures of another.
        with ThreadPoolExecutor(AT_ONCE, "batch") as executor:
            return list(executor.map(attempt, sources))
