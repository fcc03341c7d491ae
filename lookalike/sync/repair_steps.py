"""The steps of a reconciliation that repair what differs, and sweep what no product shows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from lookalike.storage.paging import PicturePage, PictureSummary
from lookalike.sync.id_ranges import Flags, IdRanges, joined, unpacked
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.reconciled_stores import ReconciledStores
from lookalike.sync.reconciliation_state import PartState, ReconciliationState

UNSEEN_SECONDS = 86_400
"""A picture that no product shows is swept once it was not registered for a day."""
IN_STREAM_SECONDS = 600
"""The change of a picture that was registered more recently may still be in the stream. The stream
may be five minutes late, and this is twice that: such a picture does not count as drift."""
INDEX_PAGE_SIZE = 100
"""Ids of the index per page: what the table reads in one call."""
MAX_REPAIRS = 200
"""A page of the table ends after this many missing pictures, since each of them has to be read."""


class RepairSteps:
    """Walks through the ranges of ids that differ, on either side, and through all to be swept.

    Args:
        stores: what is reconciled.
        sync: repairs pictures that differ.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self, stores: ReconciledStores, sync: PictureSync, clock: Callable[[], float]
    ) -> None:
        self._stores = stores
        self._sync = sync
        self._clock = clock

    def check_searchable(self, state: ReconciliationState, part: PartState) -> PartState:
        """Remove those of a page of the index that are not stored.

        Raises:
            TransientError: the table or the index does not answer.
        """
        ranges = IdRanges(state.digits)
        share = ranges.share(part.number, state.parts)
        begun, _, after = (part.cursor or f"{share.start}:").partition(":")
        some = _next_run(differing_ranges(state), range(int(begun), share.stop))
        if not some:
            return part.at(None)
        first = max(after, ranges.bound(some.start))
        ids = self._stores.index.ids(first, INDEX_PAGE_SIZE, ranges.bound(some.stop))
        # Searches show a removed picture for another second; that does not count as ahead.
        ahead = self._stores.index.present_anywhere(self._sync.missing(ids))
        is_last = len(ids) < INDEX_PAGE_SIZE
        at = f"{some.stop}:" if is_last else f"{ranges.holding(ids[-1])}:{ids[-1]}"
        return self._repair(part, ahead).plus(ahead=len(ahead)).at(at)

    def check_stored(self, state: ReconciliationState, part: PartState) -> PartState:
        """Add those of a page of the table that the index lacks, and sweep the page.

        The stream removes swept pictures from the index, as it does all others.

        Raises:
            TransientError: the table or the index does not answer.
        """
        page = self._stores.page(part.cursor, state.segment(part))
        page, missing = self._with_missing(state, page)
        behind_before = self._clock() - IN_STREAM_SECONDS
        behind = sum(each.last_seen <= behind_before for each in missing)
        part = self._repair(part, [each.fingerprint_id for each in missing]).plus(behind=behind)
        asked = [p for p in page.pictures if p.fingerprint_id.startswith(state.swept_digit)]
        unseen_since = int(state.started_at) - UNSEEN_SECONDS
        swept = self._stores.pictures.sweep_page(replace(page, pictures=asked), unseen_since)
        return part.plus(swept=swept).at(page.after)

    def _with_missing(
        self, state: ReconciliationState, page: PicturePage
    ) -> tuple[PicturePage, list[PictureSummary]]:
        """The page, cut so that one run can repair it, and what the index lacks of it."""
        ranges, flags = IdRanges(state.digits), differing_ranges(state)
        ours = self._stores.ours(page)
        asked = [each for each in ours if flags[ranges.holding(each.fingerprint_id)]]
        present = self._stores.index.present([each.fingerprint_id for each in asked])
        missing = [each for each in asked if each.fingerprint_id not in present]
        if len(missing) <= MAX_REPAIRS:
            return page, missing
        return _cut_after(page, missing[MAX_REPAIRS - 1]), missing[:MAX_REPAIRS]

    def _repair(self, part: PartState, differing: Collection[str]) -> PartState:
        return part.plus(unrepaired=len(self._sync.apply(differing)))


def differing_ranges(state: ReconciliationState) -> Flags:
    """Which of all ranges of ids differ."""
    ranges = IdRanges(state.digits)
    return joined(
        unpacked(flags, len(ranges.share(number, state.parts)))
        for number, flags in enumerate(state.differing)
    )


def _next_run(flags: Flags, some: range) -> range:
    """The first ranges in a row that differ, among some; an empty range if there are none."""
    places = flags[some.start : some.stop].nonzero()[0]
    if not len(places):
        return range(0)
    first = some.start + int(places[0])
    ends = (~flags[first : some.stop]).nonzero()[0]
    return range(first, first + int(ends[0]) if len(ends) else some.stop)


def _cut_after(page: PicturePage, last: PictureSummary) -> PicturePage:
    """The page up to and including one of its pictures."""
    return PicturePage(page.pictures[: page.pictures.index(last) + 1], last.fingerprint_id)
