"""Which products a feed names, as digests that fit into the memory of a function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import compress

import numpy as np

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.max_deletions import require_named
from lookalike.catalogue.unreadable_row import is_unreadable
from lookalike.storage.import_runs import FailedRow

_BYTES = 8
"""Of a digest. Two ids of ten million in a feed and ten million in a catalogue have the same one
in five of a million syncs: then a product stays that left the feed, and none is deleted that did
not. Another sync has other digests."""
_WORD = "<u8"


class FeedNames:
    """The products that the rows of a feed name; those whose row is refused count, too.

    Args:
        import_id: of the sync, which its digests depend on.

    Attributes:
        is_complete: whether every row could be read. One that cannot may be about any product.
    """

    def __init__(self, import_id: str) -> None:
        self._import_id = import_id
        self._digests = bytearray()
        self.is_complete = True

    def noted(self, rows: Iterable[CatalogueRow | FailedRow]) -> Iterator[CatalogueRow | FailedRow]:
        """The rows, each of which is noted when it is asked for."""
        for row in rows:
            if row.entity_id:
                self._digests += _digest(self._import_id, row.entity_id)
            if is_unreadable(row):
                self.is_complete = False
            yield row

    def digests(self) -> bytes:
        """The digests, sorted, for ``NamedProducts``.

        Raises:
            CatalogueError: no row names a product.
        """
        require_named(len(self._digests))
        return np.sort(np.frombuffer(self._digests, _WORD)).tobytes()


class NamedProducts:
    """The products that a feed names.

    Args:
        import_id: of the sync.
        digests: as of ``FeedNames``.
    """

    def __init__(self, import_id: str, digests: bytes) -> None:
        self._import_id = import_id
        self._digests = np.frombuffer(digests, _WORD)

    def missing(self, entity_ids: Sequence[str]) -> list[str]:
        """Those of some products that the feed does not name."""
        own = b"".join(_digest(self._import_id, entity_id) for entity_id in entity_ids)
        wanted = np.frombuffer(own, _WORD)
        places = np.minimum(np.searchsorted(self._digests, wanted), len(self._digests) - 1)
        return list(compress(entity_ids, self._digests[places] != wanted))


def _digest(import_id: str, entity_id: str) -> bytes:
    key = import_id.encode()
    return blake2b(entity_id.encode("utf-8", "replace"), digest_size=_BYTES, key=key).digest()
