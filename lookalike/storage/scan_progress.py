"""How far a table was read in segments, in a file, so that the next run goes on there."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from lookalike.errors import SettingInvalidError

Cursor = Mapping[str, Any] | None
"""The key of the last item that was read; ``None``: none yet, or none is left."""
Page = TypeVar("Page")


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """How far a table was read.

    Attributes:
        table: its name.
        place: where what is read goes, in words.
        segments: parts that it is read in.
        records: items that were read and settled; the numbers of rows go on from there.
        cursors: by segment that was begun (as text, since JSON has no other keys).
        target: name of what is filled, where a run has made it; empty: nothing yet.
        refused: items that were read and refused.
    """

    table: str
    place: str
    segments: int
    records: int = 0
    cursors: Mapping[str, Cursor] | None = None
    target: str = ""
    refused: int = 0

    def left(self) -> Iterator[tuple[int, Cursor]]:
        """The segments that are not read to their end, and where each goes on."""
        begun = self.cursors or {}
        for segment in range(self.segments):
            if str(segment) not in begun or begun[str(segment)] is not None:
                yield segment, begun.get(str(segment))

    def at(self, records: int, segment: int, cursor: Cursor) -> ScanProgress:
        """The progress after one more page."""
        return replace(
            self, records=records, cursors={**(self.cursors or {}), str(segment): cursor}
        )


def segment_pages(
    progress: ScanProgress, read: Callable[[int, Cursor], tuple[Page, Cursor]], threads: int
) -> Iterator[tuple[int, Cursor, Page]]:
    """The pages of all segments that are left, as they arrive: segment, next cursor, page.

    The next page of each segment is read ahead. The first error ends it.

    Args:
        progress: which segments, and where each goes on.
        read: reads the page of a segment behind a cursor; is called in several threads at once.
        threads: how many.
    """

    def ask(segment: int, cursor: Cursor) -> tuple[int, tuple[Page, Cursor]]:
        return segment, read(segment, cursor)

    executor = ThreadPoolExecutor(threads)
    try:
        coming = {executor.submit(ask, *of) for of in progress.left()}
        while coming:
            arrived, coming = wait(coming, return_when=FIRST_COMPLETED)
            pages = [page.result() for page in arrived]
            coming |= {executor.submit(ask, of, after) for of, (_, after) in pages if after}
            yield from ((segment, after, page) for segment, (page, after) in pages)
    finally:
        executor.shutdown(cancel_futures=True)


def segments_done(
    progress: ScanProgress,
    settle: Callable[[int, Cursor], tuple[int, Cursor]],
    threads: int,
    on_page: Callable[[ScanProgress], None],
) -> None:
    """Read what is left of a table, and say after each page how far it is.

    Args:
        progress: how far it was read before.
        settle: reads and settles the page of a segment behind a cursor; its count, and the next
            cursor; is called in several threads at once.
        threads: how many.
        on_page: called with the progress from which a later run goes on.
    """
    now = progress
    for segment, after, count in segment_pages(progress, settle, threads):
        now = now.at(now.records + count, segment, after)
        on_page(now)


class ProgressFile:
    """The file of a progress. It is there from the first page that is done to the end.

    Args:
        path: where it is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def exists(self) -> bool:
        """True if an earlier run was stopped."""
        return self._path.exists()

    def read(self, new: ScanProgress) -> ScanProgress:
        """The progress that was saved; the new one where none was.

        Raises:
            SettingInvalidError: the file is of another table or place, or damaged.
        """
        if not self.exists:
            return new
        try:
            saved = ScanProgress(
                **json.loads(self._path.read_text(encoding="utf-8"), object_hook=_decoded)
            )
        except (ValueError, TypeError) as error:
            raise SettingInvalidError(
                f"{self._path} has no progress. Remove it to begin anew."
            ) from error
        if (saved.table, saved.place) != (new.table, new.place):
            raise SettingInvalidError(
                f"{self._path} is the progress of {saved.table} into {saved.place}. Remove it to "
                "begin anew, or name another file with --progress."
            )
        return saved

    def save(self, progress: ScanProgress) -> None:
        """Replace the file in one step."""
        draft = self._path.with_suffix(".part")
        draft.write_text(json.dumps(asdict(progress), default=_encoded), encoding="utf-8")
        draft.replace(self._path)

    def remove(self) -> None:
        """Remove the file: the end was reached, and the next run begins anew."""
        self._path.unlink(missing_ok=True)


_BYTES = "base64"


def _encoded(value: object) -> dict[str, str]:
    """A binary key."""
    if not isinstance(value, bytes):
        raise TypeError(f"{type(value).__name__} is no part of a key.")
    return {_BYTES: base64.b64encode(value).decode()}


def _decoded(found: dict[str, Any]) -> dict[str, Any] | bytes:
    return base64.b64decode(found[_BYTES]) if found.keys() == {_BYTES} else found
