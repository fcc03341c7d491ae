"""Reconciling the index with the stored pictures: compare both, and repair differences.

A reconciliation is a row of steps, and each step has parts that several workers do at the same
time: segments of a table, or ranges of an index. Whoever calls ``plan`` is told what is left of the
current step, and goes on to the next one when all of its parts have ended. Whoever calls ``work``
does one part, page by page. Memory does not grow with the catalogue, and after each page the work
can stop and be continued by a later invocation, or after a crash. Differences are repaired through
``PictureSync``, which reads the table again, so that changes made meanwhile are not undone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lookalike.sync.checksum_steps import ChecksumSteps
from lookalike.sync.looks_reconciler import LooksReconciler
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.reconciled_stores import ReconciledStores
from lookalike.sync.reconciliation_state import PartState, ReconciliationState, Step
from lookalike.sync.reconciliation_store import ChecksumFiles, ReconciliationStore
from lookalike.sync.repair_steps import RepairSteps, differing_ranges

RESERVE_SECONDS = 220.0
"""No page begins with less time left. A page takes seconds, but both stores may be slow.

Index: an attempt that begins within the 20 seconds of ``BACKGROUND_RETRIES`` may take 10 to connect
and 10 to answer, so a request takes 30 at most. Tables: a call has three attempts of 1 + 3 seconds
(``CLIENT_CONFIG``), with up to 1 and 2 seconds between them where it is throttled: 15. A read by
keys may be repeated for unprocessed keys within the 8 of ``TABLE_RETRIES``: 23.

A page of the table: its list (15), presence (30), two reads of 100 pictures (46), a bulk (30), and
saving the state (15): 136. A page of the index: ids (30), missing ones (23), presence (30), a read
(23), a bulk (30), and saving the state (15): 151. A comparison: three lists (90), and saving (15).
Where one invocation does all alone, the next step begins (75) in the same time.

This bounds neither a sweep (1,000 pictures, 16 at once, 2.8 seconds each) nor a page with a damaged
picture, whose pictures are read one by one. If time runs out there, the function ends within the
page, and the next run repeats it.
"""
LEASE_SECONDS = 1_200.0
"""How long a worker that has asked for a plan is alone: longer than an invocation lasts."""
MAX_ROUNDS = 60
"""Plans that a worker gets for one reconciliation. An execution of Step Functions ends at 25,000
events, and has 300 in a round of 40 parts."""
_PICTURES_A_RANGE = 4_096
_DIGITS = (3, 4, 5)
"""Of the bounds of ranges: checksums take 12 bytes for each of 4,096 to a million ranges."""
SWEPT_AT_ONCE = 4_000_000
"""Of more pictures, each reconciliation sweeps a sixteenth: to sweep a picture takes a query, more
than all else together."""
_HEX = "0123456789abcdef"
PageDone = Callable[[ReconciliationState, PartState], PartState]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is left of a step.

    Attributes:
        state: of the reconciliation.
        parts: the numbers of the parts to work on; none: it has ended, somebody else works on it,
            or enough was done for once.
    """

    state: ReconciliationState
    parts: Sequence[int]


class Reconciler:
    """Runs reconciliations, one at a time.

    Args:
        stores: what is reconciled.
        sync: repairs pictures that differ.
        store: keeps states between runs.
        files: keeps checksums between runs.
        clock: seconds since the epoch (UTC).
        looks: what repairs products in the index by looks; ``None``: there is no such index.
        parts: in which each step is done.
    """

    def __init__(  # noqa: PLR0913 - what it compares, and where it keeps how far it is
        self,
        stores: ReconciledStores,
        sync: PictureSync,
        store: ReconciliationStore,
        files: ChecksumFiles,
        clock: Callable[[], float],
        *,
        looks: LooksReconciler | None = None,
        parts: int = 1,
    ) -> None:
        self._stores = stores
        self._store = store
        self._clock = clock
        self._looks = looks
        self._parts = parts
        self._checksums = ChecksumSteps(stores, files)
        repairs = RepairSteps(stores, sync, clock)
        self._pages: Mapping[Step, PageDone] = {
            Step.COMPARISON: self._checksums.compare,
            Step.SEARCHABLE: repairs.check_searchable,
            Step.STORED: repairs.check_stored,
            Step.PRODUCTS: looks.check_stored if looks else self._count_products,
            **({Step.LOOKS: looks.check_searchable} if looks else {}),
        }

    def plan(self, worker: str) -> Plan:
        """What is left to do, for somebody who works on all of it until the next plan.

        Begins a reconciliation where none is unfinished.

        Raises:
            TransientError: a store does not answer.
        """
        unfinished, now = self._store.unfinished(), self._clock()
        if unfinished and unfinished.worker not in {"", worker} and unfinished.leased_until > now:
            return Plan(unfinished, [])
        state = self._fitting(unfinished)
        rounds = state.rounds + 1 if state.worker == worker else 1
        lease = {"worker": worker, "leased_until": now + LEASE_SECONDS, "rounds": rounds}
        state, left = self._advanced(state.model_copy(update=lease))
        return Plan(state, left if rounds <= MAX_ROUNDS else [])

    def work(self, number: int, seconds_left: Callable[[], float]) -> PartState | None:
        """Work on a part of the current step, as far as time allows.

        Returns:
            The part; ``None``: nothing is left, or another reconciliation has fewer parts.

        Raises:
            TransientError: the table or the index does not answer; the next call continues here.
        """
        state = self._store.unfinished()
        if state is None or number >= state.parts:
            return None
        return self._worked(state, number, seconds_left)

    def run(self, seconds_left: Callable[[], float]) -> ReconciliationState:
        """Begin a reconciliation, or continue the unfinished one, all alone.

        Raises:
            TransientError: the table or the index does not answer; the next run continues here.
        """
        state, left = self._advanced(self._fitting(self._store.unfinished()))
        while left:
            for number in left:
                if not self._worked(state, number, seconds_left).is_done:
                    return state.with_counts(self._parts_of(state))
            state, left = self._advanced(state)
        return state

    def _worked(
        self, state: ReconciliationState, number: int, seconds_left: Callable[[], float]
    ) -> PartState:
        def has_time() -> bool:
            return seconds_left() > RESERVE_SECONDS

        part = self._store.part(state, number)
        while not part.is_done and has_time():
            part = self._page_done(state, part, has_time)
            self._store.save_part(part)
        return part

    def _page_done(
        self, state: ReconciliationState, part: PartState, has_time: Callable[[], bool]
    ) -> PartState:
        if state.step is Step.CHECKSUMS:
            return self._checksums.sum_stored(state, part, has_time)
        return self._pages[state.step](state, part)

    def _fitting(self, state: ReconciliationState | None) -> ReconciliationState:
        """The unfinished one, or a new one where it is of another version, or has other parts."""
        mine = (self._stores.version, self._parts)
        if state is not None and (state.version, state.parts) == mine:
            return state
        return self._new(self._store.last() or ReconciliationState(version="", started_at=0.0))

    def _new(self, last: ReconciliationState) -> ReconciliationState:
        """One that begins now, after the last one."""
        run = self._store.embedding_run()
        is_large = last.pictures > SWEPT_AT_ONCE
        return ReconciliationState(
            version=self._stores.version,
            started_at=self._clock(),
            parts=self._parts,
            digits=_digits(last.pictures),
            swept_digit=_swept_next(last.swept_digit) if is_large else "",
            embedding_run=run,
            are_embedded_since=run != last.embedding_run,
        )

    def _advanced(self, state: ReconciliationState) -> tuple[ReconciliationState, list[int]]:
        """The state at the first step of which anything is left, and the parts that are."""
        while state.step is not Step.FINISHED:
            parts = self._parts_of(state)
            if left := [part.number for part in parts if not part.is_done]:
                self._store.save(state)
                return state, left
            state = self._after(state.with_counts(parts), parts)
        self._store.save(state)
        return state, []

    def _after(self, state: ReconciliationState, parts: Sequence[PartState]) -> ReconciliationState:
        """The beginning of the next step, once all parts of one have ended."""
        match state.step:
            case Step.CHECKSUMS:
                names = tuple(part.checksums for part in parts)
                return state.at(Step.COMPARISON, checksums=names)
            case Step.COMPARISON:
                compared = state.at(Step.SEARCHABLE, differing=tuple(p.differing for p in parts))
                return compared if differing_ranges(compared).any() else compared.at(Step.STORED)
            case Step.SEARCHABLE:
                return state.at(Step.STORED)
            case Step.STORED:
                return state.at(Step.PRODUCTS, differing=(), checksums=())
            case Step.PRODUCTS if self._looks and not self._looks.has_no_others(state):
                return state.at(Step.LOOKS, bounds=self._looks.bounds(state.parts))
            case _:
                return state.at(Step.FINISHED, finished_at=self._clock(), bounds=())

    def _parts_of(self, state: ReconciliationState) -> list[PartState]:
        return [self._store.part(state, number) for number in range(state.parts)]

    def _count_products(self, state: ReconciliationState, part: PartState) -> PartState:
        count, cursor = self._stores.products.count_page(part.cursor, state.segment(part))
        return part.plus(products=count).at(cursor)


def _digits(pictures: int) -> int:
    """Hex digits of the bounds of ranges, so that each has some thousand pictures at most."""
    fine = (each for each in _DIGITS if pictures <= _PICTURES_A_RANGE * 16**each)
    return next(fine, _DIGITS[-1])


def _swept_next(digit: str) -> str:
    """The share that is swept after that of a digit; after all pictures, the first one."""
    return _HEX[(_HEX.index(digit) + 1) % len(_HEX)] if digit else _HEX[0]
