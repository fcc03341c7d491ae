"""Comparing the index with what is stored, and repairing it, a page at a time.

Memory does not grow with the catalogue, and after each page the comparison can be left and gone
on with: by a later invocation, or after a crash. What differs is repaired through ``PictureSync``,
which reads the truth again, so changes that happen meanwhile are not undone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from lookalike.storage.dynamodb.pictures import (
    DynamodbPictures,
    PicturePage,
    PictureSummary,
)
from lookalike.storage.dynamodb.product_count import ProductCount
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.reconciliation import Reconciliation, Step

UNSEEN_SECONDS = 86_400
"""A picture that no product shows is swept when it was not registered for a day."""
ON_THE_WAY_SECONDS = 600
"""A picture that was registered since may still be in the stream, which is allowed to be five
minutes late for as long again: it does not count as drift."""
RESERVE_SECONDS = 180.0
"""No page is begun with less time left than this. One takes seconds, but both stores may be slow.

The index: an attempt that begins within the 20 seconds of ``BACKGROUND_RETRIES`` may take 10 to
connect and 10 to answer, so a request takes 30 at the most. The tables: a call is tried three
times, each for 1 + 3 seconds (``CLIENT_CONFIG``), with up to 1 and 2 between where it is throttled:
15. A read by keys is a call that may be begun anew within the 8 of ``TABLE_RETRIES``: 23.

A page of the table: what lies there (15), what is present (30), two reads of 100 pictures (46), a
bulk (30), a count (30), and the note of where it stands (15): 166. One of the index: ids (30), what
is gone (23), what is present (30), a read (23), a bulk (30), and the note (15): 151.

That bounds no sweep, which looks at 1,000 pictures, 16 at once, with 2.8 seconds for each, and no
page with a damaged picture, whose pictures are read one by one. Where time is too little, the
function ends within the page, and the next run does it again.
"""
PAGE = 100
"""Ids of the index at once: what the table reads in one call."""
REPAIRS = 200
"""A page of the table ends where so many of its pictures were missing: each has to be read."""


class SearchablePictures(Protocol):
    """The index, as far as comparing needs it."""

    def ids(self, after: str = "", limit: int = PAGE) -> list[str]:
        """The first ids above one, ascending."""

    def present(self, fingerprint_ids: Collection[str]) -> set[str]:
        """Those of these that the index has now, whether searches show them already or not."""

    def count(self) -> int:
        """How many searches show."""


class Keeper(Protocol):
    """Keeps how the comparison stands."""

    def under_way(self) -> Reconciliation | None:
        """The one to go on with."""

    def save(self, state: Reconciliation) -> None:
        """Keep how it stands."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What is compared.

    Attributes:
        pictures: the truth.
        products: counted.
        searchable: what follows the pictures of one algorithm version.
        version: that version.
    """

    pictures: DynamodbPictures
    products: ProductCount
    searchable: SearchablePictures
    version: str


class ReconcileIndex:
    """Runs comparisons; one at a time.

    Args:
        sides: what is compared.
        sync: repairs.
        keeper: keeps how the comparison stands.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self, sides: Sides, sync: PictureSync, keeper: Keeper, clock: Callable[[], float]
    ) -> None:
        self._sides = sides
        self._sync = sync
        self._keeper = keeper
        self._clock = clock
        self._steps: Mapping[Step, Callable[[Reconciliation], Reconciliation]] = {
            Step.STORED: self._look_for_stored,
            Step.SEARCHABLE: self._look_for_searchable,
            Step.SWEEP: self._sweep,
            Step.PRODUCTS: self._count_products,
        }

    def run(self, seconds_left: Callable[[], float]) -> Reconciliation:
        """Begin a comparison, or go on with the one under way, as far as time allows.

        Raises:
            TransientError: the table or the index is away; the next run goes on from here.
        """
        state = self._begun()
        while state.finished_at is None and seconds_left() > RESERVE_SECONDS:
            state = self._steps[state.step](state)
            self._keeper.save(state)
        return state

    def _begun(self) -> Reconciliation:
        """The one under way, unless it compares what another version of this program computes."""
        state = self._keeper.under_way()
        if state is not None and state.version == self._sides.version:
            return state
        return Reconciliation(version=self._sides.version, started_at=self._clock())

    def _look_for_stored(self, state: Reconciliation) -> Reconciliation:
        page, present = self._compared(self._page(state))
        seen = {p.fingerprint_id: p.last_seen for p in page.pictures if self._is_ours(p)}
        missing = seen.keys() - present
        since = self._clock() - ON_THE_WAY_SECONDS
        after = self._repaired(state, missing).model_copy(
            update={
                "pictures": state.pictures + len(page.pictures),
                "outdated": state.outdated + len(page.pictures) - len(seen),
                "found": state.found + len(seen) - len(missing),
                "behind": state.behind + sum(seen[missed] <= since for missed in missing),
            }
        )
        if page.after is not None:
            return _at(after, after.step, page.after)
        # The walk through the index reads every stored picture, 5 units each. It is spared where
        # the index has no more pictures than were just found in it.
        is_all = self._sides.searchable.count() <= after.found
        return _at(after, Step.SWEEP if is_all else Step.SEARCHABLE)

    def _compared(self, page: PicturePage) -> tuple[PicturePage, set[str]]:
        """The page, as far as it can be repaired at once, and what of it the index has."""
        ours = [p.fingerprint_id for p in page.pictures if self._is_ours(p)]
        present = self._sides.searchable.present(ours)
        missing = [fingerprint_id for fingerprint_id in ours if fingerprint_id not in present]
        return (page if len(missing) <= REPAIRS else _until(page, missing[REPAIRS - 1])), present

    def _look_for_searchable(self, state: Reconciliation) -> Reconciliation:
        ids = self._sides.searchable.ids(after=state.cursor or "", limit=PAGE)
        # Searches show for another second what has just been removed; that is not ahead.
        ahead = self._sides.searchable.present(self._sync.gone(ids))
        counted = {"ahead": state.ahead + len(ahead)}
        after = self._repaired(state, ahead).model_copy(update=counted)
        return _at(after, after.step, ids[-1]) if len(ids) == PAGE else _at(after, Step.SWEEP)

    def _sweep(self, state: Reconciliation) -> Reconciliation:
        """What is swept leaves the index through the stream, as everything does."""
        page = self._page(state)
        unseen_since = int(state.started_at) - UNSEEN_SECONDS
        swept = self._sides.pictures.sweep_page(page, unseen_since)
        after = state.model_copy(update={"swept": state.swept + swept})
        return _at(after, Step.SWEEP if page.after else Step.PRODUCTS, page.after)

    def _count_products(self, state: Reconciliation) -> Reconciliation:
        count, cursor = self._sides.products.page(state.cursor)
        after = state.model_copy(update={"products": state.products + count, "cursor": cursor})
        ended = {"finished_at": self._clock()} if cursor is None else {}
        return after.model_copy(update=ended)

    def _is_ours(self, picture: PictureSummary) -> bool:
        return picture.version == self._sides.version

    def _page(self, state: Reconciliation) -> PicturePage:
        return next(self._sides.pictures.pages(state.cursor))

    def _repaired(self, state: Reconciliation, differing: Collection[str]) -> Reconciliation:
        unrepaired = state.unrepaired + len(self._sync.apply(differing))
        return state.model_copy(update={"unrepaired": unrepaired})


def _until(page: PicturePage, fingerprint_id: str) -> PicturePage:
    """The page up to one of its pictures."""
    number = [picture.fingerprint_id for picture in page.pictures].index(fingerprint_id) + 1
    return PicturePage(page.pictures[:number], fingerprint_id)


def _at(state: Reconciliation, step: Step, cursor: str | None = None) -> Reconciliation:
    """Going on there."""
    return state.model_copy(update={"step": step, "cursor": cursor})
