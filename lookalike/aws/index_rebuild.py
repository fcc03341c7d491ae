"""Filling an index from the table of pictures, in parallel segments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lookalike.pictures import VectorEntry
from lookalike.storage.opensearch.index_load import IndexLoad
from lookalike.storage.scan_progress import Cursor, ScanProgress, segments_done


class StoredEntries(Protocol):
    """Pictures that are read in segments."""

    def entries(
        self, segment: int, segments: int, after: Cursor
    ) -> tuple[list[VectorEntry], Cursor]:
        """A page of a segment, and the cursor of the next one."""


@dataclass(frozen=True, slots=True)
class IndexRebuild:
    """Adds all pictures of an algorithm version to an index that does not serve yet.

    Attributes:
        pictures: the stored pictures.
        load: the index.
        version: the algorithm version.
    """

    pictures: StoredEntries
    load: IndexLoad
    version: str

    def run(
        self, progress: ScanProgress, workers: int, on_page: Callable[[ScanProgress], None]
    ) -> None:
        """Read what is left of the table, and add it. Adding a page twice is the same as once.

        Args:
            progress: how far the table was read before.
            workers: threads, each of which reads and adds a page at a time.
            on_page: called after each page with the progress from which a later run goes on.

        Raises:
            TransientError: the table or the index does not answer.
            StorageInvalidError: the index does not take a picture.
        """

        def add(segment: int, cursor: Cursor) -> tuple[int, Cursor]:
            entries, after = self.pictures.entries(segment, progress.segments, cursor)
            ours = [entry for entry in entries if entry.version == self.version]
            self.load.add(ours)
            return len(ours), after

        segments_done(progress, add, workers, on_page)
