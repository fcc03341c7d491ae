"""Checking pictures against the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context

from lookalike.errors import BadParameterError
from lookalike.http.pictures import PictureReader, PictureSource
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.matching.matcher import Matcher
from lookalike.search.looks import LooksSearch
from lookalike.search.options import SearchOptions
from lookalike.search.result import SearchResult

AT_ONCE = 8
"""Number of checks of a batch that run at the same time."""


class FindSimilar:
    """Checks one picture or several.

    Args:
        reader: fetches and decodes the pictures.
        matcher: finds them in the catalogue.
        looks: finds what looks like them; ``None``: nothing does.
        note_search: called before a search that a check makes besides; raises where it may not be.
    """

    def __init__(
        self,
        reader: PictureReader,
        matcher: Matcher,
        looks: LooksSearch | None = None,
        note_search: Callable[[], None] = lambda: None,
    ) -> None:
        self._reader = reader
        self._matcher = matcher
        self._looks = looks
        self._note_search = note_search

    def check(self, source: PictureSource, options: CheckOptions) -> CheckResult:
        """The products that show this picture.

        Raises:
            ImageError: the picture is refused.
            TransientError: the picture's server or a store does not answer.
        """
        return self._matcher.check(self._reader.read(source), options)

    def check_and_search(
        self, source: PictureSource, options: CheckOptions
    ) -> tuple[CheckResult, SearchResult | Exception]:
        """The products that show this picture, and others that look like it.

        A search that fails takes no check with it: its error stands in its place.

        Raises:
            BadParameterError: nothing is searched by looks here.
            ImageError: the picture is refused.
            TransientError: the picture's server or a store does not answer.
        """
        if self._looks is None:
            raise BadParameterError(
                "This deployment does not search by looks: leave out include=similar."
            )
        picture = self._reader.read(source)
        result = self._matcher.check(picture, options)
        shown = {match.product.entity_id for match in result.matches}
        others = SearchOptions(
            top=options.top,
            attributes=options.attributes,
            exclude_entity_ids=options.exclude_entity_ids | shown,
            exclude_skus=options.exclude_skus,
        )
        try:
            self._note_search()
            return result, self._looks.by_picture(picture, others)
        except Exception as error:  # noqa: BLE001 - the check is done
            return result, error

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
