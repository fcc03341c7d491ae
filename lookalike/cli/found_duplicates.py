"""Groups of duplicates, found in a data folder or by a running service."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from lookalike.cli.remote.errors import RemoteUnavailableError
from lookalike.cli.remote.service import RemoteService
from lookalike.cli.termination import stop_requests
from lookalike.duplicates.groups import Group
from lookalike.duplicates.keeping import Keep
from lookalike.duplicates.thumbnails import with_thumbnails
from lookalike.local.data_folder import open_existing_storage, read_calibration
from lookalike.local.duplicates.comparison_pool import comparison_pool
from lookalike.local.duplicates.search import DuplicateSearch
from lookalike.storage.run_state import RunState
from lookalike.terminal import Advance, errors, progress_bar

_POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes:
        groups: of products, read once.
        with_thumbnails: adds small pictures, of this many pixels at most, to groups.
    """

    groups: Iterator[Group]
    with_thumbnails: Callable[[Sequence[Group], int], list[Group]]

    def undecided(self) -> Found:
        """The groups in which something is left to decide."""
        return replace(self, groups=(group for group in self.groups if not group["decided"]))


def found_here(
    data: Path, min_match: float, order: Sequence[Keep]
) -> AbstractContextManager[Found]:
    """Search a data folder; the block may read what was found.

    Args:
        data: the folder.
        min_match: percentage from which two pictures are linked.
        order: by which the product to keep is chosen.
    """
    return _found_here(data, min_match / 100, order)


@contextmanager
def _found_here(data: Path, least: float, order: Sequence[Keep]) -> Iterator[Found]:
    calibration = read_calibration(data)
    with closing(open_existing_storage(data)) as storage:
        with closing(comparison_pool(data, calibration)) as pool:
            search = DuplicateSearch(storage, pool, calibration)
            with _comparing(search.count()) as advance, stop_requests() as request:
                search.compare(least, lambda count: advance(count, 0), request.is_received)
            if request.is_received():
                errors.print("Stopped. The same command goes on from here.")
            request.raise_it()
        yield Found(
            search.groups(least, order),
            lambda groups, side: [with_thumbnails(each, storage.pictures, side) for each in groups],
        )


@contextmanager
def found_there(
    service: RemoteService, min_match: float, order: Sequence[Keep], *, thumbnails: bool
) -> Iterator[Found]:
    """Let a running service search, and read what it found.

    Args:
        service: that searches. It goes on when this command is stopped.
        min_match: percentage from which two pictures are linked.
        order: by which the product to keep is chosen.
        thumbnails: whether small pictures are asked for.

    Raises:
        RemoteRefusedError: the service has no such route, as on AWS.
        RemoteUnavailableError: the search has failed there.
    """
    run = service.start_duplicates(min_match, order)
    with _comparing(run.total) as advance:
        done = 0
        while run.state is RunState.RUNNING:
            time.sleep(_POLL_SECONDS)
            run = service.duplicates(run.id)
            advance(run.compared - done, 0)
            done = run.compared
    if run.state is not RunState.DONE:
        raise RemoteUnavailableError("The search has failed; the log of the service says why.")
    yield Found(_pages(service, run.id, thumbnails=thumbnails), lambda groups, _: list(groups))


def _comparing(total: int | None) -> AbstractContextManager[Advance]:
    return progress_bar(total, "Comparing", "failed")


def _pages(service: RemoteService, run_id: str, *, thumbnails: bool) -> Iterator[Group]:
    cursor: str | None = ""
    while cursor is not None:
        page = service.duplicate_groups(run_id, cursor, thumbnails=thumbnails)
        yield from (group.model_dump(mode="json") for group in page.groups)
        cursor = page.next_cursor
