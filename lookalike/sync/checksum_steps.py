"""The first steps of a reconciliation: where table and index differ, told by checksums.

Reading each picture of one side in the other is what takes long. So both are listed, which needs a
request for a thousand and for ten thousand, and compared by the checksums of ranges of ids. The
steps that follow read no more than the ranges that differ.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lookalike.storage.synced_index import SyncedIndex
from lookalike.sync.id_ranges import Flags, IdRanges, RangeChecksums, packed, unpacked
from lookalike.sync.reconciled_stores import ReconciledStores
from lookalike.sync.reconciliation_state import PartState, ReconciliationState
from lookalike.sync.reconciliation_store import ChecksumFiles

SUMMED_PAGES = 100
"""Pages of the table that are added to the checksums before these are kept: a file of them has
48 KB to 12 MB."""
COMPARED_IDS = 8_000
"""Ids that are compared at once: so many, and a few more, are listed in one request."""
LISTED_IDS = 10_000
"""Ids that the index lists in one request."""
MAX_MORE_IDS = 20_000
"""Where the index has this many ids more than the table, it is listed no further: it differs."""
FOLDER = "reconciliations/"
"""Of the files of checksums. Each part of a run has two, which it writes in turns: if it ends
between a file and its state, the state still names a whole one. All files of the bucket expire."""


class ChecksumSteps:
    """Makes checksums of the table, and compares the index with them.

    Args:
        stores: what is reconciled.
        files: keeps checksums.
    """

    def __init__(self, stores: ReconciledStores, files: ChecksumFiles) -> None:
        self._stores = stores
        self._files = files
        self._read: tuple[tuple[str, int], RangeChecksums | None] | None = None

    def sum_stored(
        self, state: ReconciliationState, part: PartState, has_time: Callable[[], bool]
    ) -> PartState:
        """Count pages of pictures, and add the ids of ours to the checksums of their ranges.

        Raises:
            StorageUnavailableError: the table or the files do not answer.
        """
        part, sums = self._begun(state, part)
        for _ in range(SUMMED_PAGES):
            page = self._stores.page(part.cursor, state.segment(part))
            ours = [each.fingerprint_id for each in self._stores.ours(page)]
            sums.add(ours)
            counted = part.plus(
                pictures=len(page.pictures), outdated=len(page.pictures) - len(ours)
            )
            part = counted.at(page.after)
            if part.is_done or not has_time():
                break
        name = _other_file(part)
        self._files.put(name, sums.to_bytes())
        return part.model_copy(update={"checksums": name})

    def compare(self, state: ReconciliationState, part: PartState) -> PartState:
        """Compare the next ranges of a part by their checksums.

        Raises:
            TransientError: the index or the files do not answer.
        """
        ranges = IdRanges(state.digits)
        share = ranges.share(part.number, state.parts)
        stored = self._stored_sums(state, part.number, share)
        if stored is None:
            return part.at(None, differing=packed(np.ones(len(share), np.bool_)))
        some = stored.together(int(part.cursor or share.start), COMPARED_IDS)
        flags = unpacked(part.differing, len(share))
        for index in self._stores.index.parts:
            here = slice(some.start - share.start, some.stop - share.start)
            flags[here] |= _differing(index, ranges, stored, some)
        after = str(some.stop) if some.stop < share.stop else None
        return part.at(after, differing=packed(flags))

    def _begun(
        self, state: ReconciliationState, part: PartState
    ) -> tuple[PartState, RangeChecksums]:
        """The checksums of a part so far. Where their file is gone, it begins again."""
        ranges = IdRanges(state.digits)
        sums = RangeChecksums(ranges, range(ranges.count))
        if not part.checksums:
            return part, sums
        content = self._files.get(part.checksums)
        if content is None:
            return state.new_part(part.number), sums
        sums.add_bytes(content)
        return part, sums

    def _stored_sums(
        self, state: ReconciliationState, number: int, share: range
    ) -> RangeChecksums | None:
        """The checksums of the table, of some ranges; ``None`` where a file is gone."""
        key = (state.run_id, number)
        if self._read is None or self._read[0] != key:
            self._read = key, self._sums_of_files(state, share)
        return self._read[1]

    def _sums_of_files(self, state: ReconciliationState, share: range) -> RangeChecksums | None:
        sums = RangeChecksums(IdRanges(state.digits), share)
        for name in state.checksums:
            content = self._files.get(name)
            if content is None:
                return None
            sums.add_bytes(content)
        return sums


def _differing(index: SyncedIndex, ranges: IdRanges, stored: RangeChecksums, some: range) -> Flags:
    """Which of some ranges an index has otherwise than the table."""
    searchable = RangeChecksums(ranges, some)
    after, until = ranges.bound(some.start), ranges.bound(some.stop)
    left = stored.count(some) + MAX_MORE_IDS
    while ids := index.ids(after, LISTED_IDS, until):
        searchable.add(ids)
        after, left = ids[-1], left - len(ids)
        if left < 0:
            return np.ones(len(some), np.bool_)
        if len(ids) < LISTED_IDS:
            break
    return stored.differing(searchable, some)


def _other_file(part: PartState) -> str:
    """The name of that of its two files that the part does not name."""
    first, second = (f"{FOLDER}{part.run_id}/{part.number:03d}-{number}" for number in range(2))
    return second if part.checksums == first else first
