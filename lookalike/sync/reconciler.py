"""Reconciling the index with the stored pictures: walk through both, and repair differences.

The walk goes page by page. Memory does not grow with the catalogue, and after each page the walk
can stop and be continued by a later invocation, or after a crash. Differences are repaired through
``PictureSync``, which reads the table again, so that changes made meanwhile are not undone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from lookalike.storage.paging import PagedPictures, PagedProducts, PicturePage, PictureSummary
from lookalike.storage.synced_index import SyncedIndex
from lookalike.sync.looks_reconciler import LooksReconciler
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.reconciliation_state import ReconciliationState, ReconciliationStore, Step

UNSEEN_SECONDS = 86_400
"""A picture that no product shows is swept once it was not registered for a day."""
IN_STREAM_SECONDS = 600
"""The change of a picture that was registered more recently may still be in the stream. The stream
may be five minutes late, and this is twice that: such a picture does not count as drift."""
RESERVE_SECONDS = 180.0
"""No page begins with less time left. A page takes seconds, but both stores may be slow.

Index: an attempt that begins within the 20 seconds of ``BACKGROUND_RETRIES`` may take 10 to connect
and 10 to answer, so a request takes 30 at most. Tables: a call has three attempts of 1 + 3 seconds
(``CLIENT_CONFIG``), with up to 1 and 2 seconds between them where it is throttled: 15. A read by
keys may be repeated for unprocessed keys within the 8 of ``TABLE_RETRIES``: 23.

A page of the table: its list (15), presence (30), two reads of 100 pictures (46), a bulk (30), a
count (30), and saving the state (15): 166. A page of the index: ids (30), missing ones (23),
presence (30), a read (23), a bulk (30), and saving the state (15): 151.

This bounds neither a sweep (1,000 pictures, 16 at once, 2.8 seconds each) nor a page with a damaged
picture, whose pictures are read one by one. If time runs out there, the function ends within the
page, and the next run repeats it.
"""
INDEX_PAGE_SIZE = 100
"""Ids of the index per page: what the table reads in one call."""
MAX_REPAIRS = 200
"""A page of the table ends after this many missing pictures, since each of them has to be read."""


@dataclass(frozen=True, slots=True)
class ReconciledStores:
    """The stores that are reconciled.

    Attributes:
        pictures: the stored pictures, which are the truth.
        products: counted on the way.
        index: the index of the pictures of one algorithm version.
        version: that algorithm version.
    """

    pictures: PagedPictures
    products: PagedProducts
    index: SyncedIndex
    version: str


class Reconciler:
    """Runs reconciliations, one at a time.

    Args:
        stores: what is reconciled.
        sync: repairs pictures that differ.
        store: keeps the state between runs.
        clock: seconds since the epoch (UTC).
        looks: what repairs products in the index by looks; ``None``: there is no such index.
    """

    def __init__(
        self,
        stores: ReconciledStores,
        sync: PictureSync,
        store: ReconciliationStore,
        clock: Callable[[], float],
        looks: LooksReconciler | None = None,
    ) -> None:
        self._stores = stores
        self._sync = sync
        self._store = store
        self._clock = clock
        self._steps: Mapping[Step, Callable[[ReconciliationState], ReconciliationState]] = {
            Step.STORED: self._check_stored,
            Step.SEARCHABLE: self._check_searchable,
            Step.SWEEP: self._sweep,
            Step.PRODUCTS: looks.check_stored if looks else self._count_products,
            Step.LOOKS: looks.check_searchable if looks else self._count_products,
        }

    def run(self, seconds_left: Callable[[], float]) -> ReconciliationState:
        """Begin a reconciliation, or continue the unfinished one, as far as time allows.

        Raises:
            TransientError: the table or the index does not answer; the next run continues here.
        """
        state = self._unfinished_or_new()
        while state.finished_at is None and seconds_left() > RESERVE_SECONDS:
            state = self._steps[state.step](state)
            if state.step is Step.FINISHED:
                state = state.model_copy(update={"finished_at": self._clock()})
            self._store.save(state)
        return state

    def _unfinished_or_new(self) -> ReconciliationState:
        """The unfinished reconciliation, unless it is about another algorithm version."""
        state = self._store.unfinished()
        if state is not None and state.version == self._stores.version:
            return state
        return ReconciliationState(version=self._stores.version, started_at=self._clock())

    def _check_stored(self, state: ReconciliationState) -> ReconciliationState:
        page, present = self._with_presence(self._page(state))
        last_seen = {p.fingerprint_id: p.last_seen for p in page.pictures if self._is_ours(p)}
        missing = last_seen.keys() - present
        behind_before = self._clock() - IN_STREAM_SECONDS
        repaired = self._repair(state, missing).model_copy(
            update={
                "pictures": state.pictures + len(page.pictures),
                "outdated": state.outdated + len(page.pictures) - len(last_seen),
                "found": state.found + len(last_seen) - len(missing),
                "behind": state.behind + sum(last_seen[key] <= behind_before for key in missing),
            }
        )
        if page.after is not None:
            return repaired.at(repaired.step, page.after)
        # The walk through the index reads every stored picture, 5 units each. It is skipped where
        # the index has no more pictures than were just found in it.
        has_no_others = self._stores.index.count() <= repaired.found
        return repaired.at(Step.SWEEP if has_no_others else Step.SEARCHABLE)

    def _with_presence(self, page: PicturePage) -> tuple[PicturePage, set[str]]:
        """The page, cut so that one run can repair it, and its ids that the index has."""
        ours = [p.fingerprint_id for p in page.pictures if self._is_ours(p)]
        present = self._stores.index.present(ours)
        missing = [key for key in ours if key not in present]
        if len(missing) > MAX_REPAIRS:
            page = _cut_after(page, missing[MAX_REPAIRS - 1])
        return page, present

    def _check_searchable(self, state: ReconciliationState) -> ReconciliationState:
        ids = self._stores.index.ids(after=state.cursor or "", limit=INDEX_PAGE_SIZE)
        # Searches show a removed picture for another second; that does not count as ahead.
        ahead = self._stores.index.present_anywhere(self._sync.missing(ids))
        counted = {"ahead": state.ahead + len(ahead)}
        repaired = self._repair(state, ahead).model_copy(update=counted)
        if len(ids) == INDEX_PAGE_SIZE:
            return repaired.at(repaired.step, ids[-1])
        return repaired.at(Step.SWEEP)

    def _sweep(self, state: ReconciliationState) -> ReconciliationState:
        """Sweep a page. The stream removes swept pictures from the index, as it does all others."""
        page = self._page(state)
        unseen_since = int(state.started_at) - UNSEEN_SECONDS
        swept = self._stores.pictures.sweep_page(page, unseen_since)
        after = state.model_copy(update={"swept": state.swept + swept})
        return after.at(Step.SWEEP if page.after else Step.PRODUCTS, page.after)

    def _count_products(self, state: ReconciliationState) -> ReconciliationState:
        count, cursor = self._stores.products.count_page(state.cursor)
        after = state.model_copy(update={"products": state.products + count})
        return after.at(Step.PRODUCTS if cursor else Step.FINISHED, cursor)

    def _is_ours(self, picture: PictureSummary) -> bool:
        return picture.version == self._stores.version

    def _page(self, state: ReconciliationState) -> PicturePage:
        return next(self._stores.pictures.pages(state.cursor))

    def _repair(
        self, state: ReconciliationState, differing: Collection[str]
    ) -> ReconciliationState:
        unrepaired = state.unrepaired + len(self._sync.apply(differing))
        return state.model_copy(update={"unrepaired": unrepaired})


def _cut_after(page: PicturePage, fingerprint_id: str) -> PicturePage:
    """The page up to and including one of its pictures."""
    count = [picture.fingerprint_id for picture in page.pictures].index(fingerprint_id) + 1
    return PicturePage(page.pictures[:count], fingerprint_id)
