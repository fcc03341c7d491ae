"""Checking pictures against the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context

from lookalike.http.pictures import PictureReader, PictureSource
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.matching.matcher import Matcher

AT_ONCE = 8
"""Number of checks of a batch that run at the same time."""


class FindSimilar:
    """Checks one picture or several.

    Args:
        reader: fetches and decodes the pictures.
        matcher: finds them in the catalogue.
    """

    def __init__(self, reader: PictureReader, matcher: Matcher) -> None:
        self._reader = reader
        self._matcher = matcher

    def check(self, source: PictureSource, options: CheckOptions) -> CheckResult:
        """The products that show this picture.

        Raises:
            ImageError: the picture is refused.
            TransientError: the picture's server or a store does not answer.
        """
        return self._matcher.check(self._reader.read(source), options)

    def check_all(
        self, sources: Sequence[Callable[[], PictureSource]], options: CheckOptions
    ) -> list[CheckResult | Exception]:
        """The result of each check, or the error that ended it, in the order of the sources."""

        def attempt(
            source: Callable[[], PictureSource], context: Context
        ) -> CheckResult | Exception:
            try:
                return context.run(lambda: self.check(source(), options))
            except Exception as error:  # noqa: BLE001 - each query has its own outcome
                return error

        # Each batch has its own threads: in shared ones it would wait for slow pictures of others.
        # They have the context of this one, which knows whether the caller still waits.
        with ThreadPoolExecutor(AT_ONCE, "batch") as executor:
            contexts = [copy_context() for _ in sources]
            return list(executor.map(attempt, sources, contexts))
