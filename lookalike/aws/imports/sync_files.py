"""The files of a sync in S3: which products its feed names, which left it, and which are deleted.

What its feed names is kept where all rows could be read: without that file, nothing is deleted. The
products that left it are kept by segments of the table; when all rows are loaded, they become
batches, each of which is there until its products are deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from pydantic import TypeAdapter

from lookalike.aws.imports.feed_names import NamedProducts
from lookalike.aws.objects import BatchName, Objects
from lookalike.duplicates.decided_pairs import in_batches

NAMED = "named/"
LEAVING = "leaving/"
DELETIONS = "deletions/"
SEGMENTS = 16
"""Parts of the products table that are compared with a feed by a call each."""
_WRITERS = 8
"""Batches that are written at once."""
_BATCHES_AN_ATTEMPT = 1_000_000_000
"""Numbers that batches of one attempt may have, above those of the batches of rows."""
_IDS = TypeAdapter(list[str])


class SyncFiles:
    """The objects of syncs.

    Args:
        objects: of the bucket of imports.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def put_names(self, import_id: str, digests: bytes) -> None:
        """Keep which products a feed names."""
        self._objects.put(NAMED + import_id, digests)

    def has_names(self, import_id: str) -> bool:
        """Return whether it is known which products a feed names, so that others can leave."""
        return self._objects.has(NAMED + import_id)

    def names(self, import_id: str) -> NamedProducts | None:
        """Which products a feed names, if that is known."""
        digests = self._objects.get(NAMED + import_id)
        return None if digests is None else NamedProducts(import_id, digests)

    def forget_names(self, import_id: str) -> None:
        """Let no further attempt delete anything."""
        self._objects.remove(NAMED + import_id)

    def put_leaving(self, import_id: str, segment: int, entity_ids: Sequence[str]) -> None:
        """Keep which products of a segment left the feed, in place of what was kept before."""
        self._objects.put(_leaving(import_id, segment), _IDS.dump_json(list(entity_ids)))

    def leaving(self, import_id: str) -> Iterator[str]:
        """The products that left the feed, segment by segment."""
        for segment in range(SEGMENTS):
            found = self._objects.get(_leaving(import_id, segment))
            yield from _IDS.validate_json(found) if found else []

    def add_deletions(
        self, import_id: str, attempt: int, entity_ids: Iterable[str], size: int
    ) -> None:
        """Write products as batches; twice is the same as once.

        Args:
            import_id: of the sync.
            attempt: that deletes them.
            entity_ids: of the products.
            size: products in a batch.
        """

        def write(batch: tuple[int, list[str]]) -> None:
            number, some = batch
            key = BatchName(import_id, number, len(some)).key(_deletions(attempt))
            self._objects.put(key, _IDS.dump_json(some))

        first = attempt * _BATCHES_AN_ATTEMPT
        with ThreadPoolExecutor(_WRITERS) as pool:
            for some in in_batches(enumerate(in_batches(entity_ids, size), first), _WRITERS):
                list(pool.map(write, some))

    def deletions(self, import_id: str, attempt: int) -> Iterator[BatchName]:
        """The batches of an attempt that are there."""
        return self._objects.batches(deletions_prefix(import_id, attempt))

    def deletions_left(self, import_id: str, attempt: int) -> int:
        """The products of all batches that are there."""
        return sum(batch.size for batch in self.deletions(import_id, attempt))

    def entity_ids(self, key: str) -> list[str] | None:
        """The products of a batch; ``None`` if it is not there any more."""
        found = self._objects.get(key)
        return None if found is None else _IDS.validate_json(found)

    def remove(self, key: str) -> None:
        """Remove a batch, if it is there."""
        self._objects.remove(key)


def deletions_prefix(import_id: str, attempt: int) -> str:
    """The beginning of the keys of an attempt's batches."""
    return f"{_deletions(attempt)}{import_id}/"


def _leaving(import_id: str, segment: int) -> str:
    return f"{LEAVING}{import_id}/{segment:03d}.json"


def _deletions(attempt: int) -> str:
    return f"{DELETIONS}{attempt}/"
