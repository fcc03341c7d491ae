"""Checking pictures against the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from lambdas.shared.http.pictures import PictureReader, PictureSource
from lambdas.shared.matching.interfaces import CheckOptions, CheckResult, Matcher


class FindSimilar:
    """Checks one picture or several.

    Args:
        reader: gets and prepares the pictures.
        matcher: knows the catalogue.
        executor: runs the checks of a batch next to each other. Not the one that runs requests:
            a batch waits for its checks, and they would wait for each other.
    """

    def __init__(self, reader: PictureReader, matcher: Matcher, executor: Executor) -> None:
        self._reader = reader
        self._matcher = matcher
        self._executor = executor

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

        return list(self._executor.map(attempt, sources))
