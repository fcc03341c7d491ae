"""Entries of the index as packed arrays, in memory and in a file.

A file is one of numpy (``.npz``, not compressed): about 170 bytes for each picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from lookalike.errors import BadParameterError
from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import VectorEntry
from lookalike.storage.binary_index import Integers, Snapshot
from lookalike.storage.refusals import FIELD_BYTES, require_field_lengths, require_unicode

MAX_ID_BYTES = 64
"""Bytes of UTF-8 of a fingerprint id; ours have 32. The longest one decides how wide all are."""

Ids = NDArray[np.bytes_]
"""Fingerprint ids in UTF-8, shape (n,), as wide as the longest; NUL ends a shorter one."""


def is_storable(fingerprint_id: str) -> bool:
    """Return whether the index can have an entry of this id."""
    size = len(fingerprint_id.encode(errors="replace"))
    return 0 < size <= MAX_ID_BYTES and "\0" not in fingerprint_id


def require_storable(entry: VectorEntry) -> None:
    """Refuse an entry that the index can never have.

    Raises:
        BadParameterError: its id is not Unicode, is empty or too long, or contains NUL.
        ValueError: a hash does not have the length of its field.
    """
    require_unicode([entry.fingerprint_id])
    require_field_lengths(entry.hashes)
    if not is_storable(entry.fingerprint_id):
        raise BadParameterError(
            f"A fingerprint id must have 1 to {MAX_ID_BYTES} bytes, and no NUL: "
            f"{entry.fingerprint_id[:MAX_ID_BYTES]!r} is none."
        )


class DecodedIds(Sequence[str]):
    """Ids as texts, decoded one by one when they are asked for."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids

    @override
    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    @override
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [name.decode() for name in self._ids[place].tolist()]
        return bytes(self._ids[place]).decode()


@dataclass(frozen=True, slots=True)
class PackedEntries:
    """Entries that never change.

    Attributes:
        ids: ascending, each once. The position of an entry is that of its id.
        codes: by field, hashes of shape (rows, bytes).
        owners: by field, the positions of the entries of these rows, ascending, shape (rows,).
    """

    ids: Ids
    codes: Mapping[str, HashRows]
    owners: Mapping[str, Integers]

    @classmethod
    def of(cls, entries: Iterable[VectorEntry]) -> PackedEntries:
        """Pack entries, each of another id."""
        ordered = sorted(entries, key=lambda entry: entry.fingerprint_id)
        codes, owners = dict[str, HashRows](), dict[str, Integers]()
        for field, width in FIELD_BYTES.items():
            there = [place for place, entry in enumerate(ordered) if field in entry.hashes]
            packed = b"".join(ordered[place].hashes[field] for place in there)
            codes[field] = np.frombuffer(packed, np.uint8).reshape(len(there), width)
            owners[field] = np.array(there, np.int64)
        return cls(_encoded([entry.fingerprint_id for entry in ordered]), codes, owners)

    @classmethod
    def load(cls, path: Path) -> PackedEntries:
        """Read a file.

        Raises:
            OSError: it cannot be read.
            ValueError: it is none of ours.
        """
        with np.load(path, allow_pickle=False) as arrays:
            try:
                ids = arrays["ids"]
                everyone = np.arange(len(ids))
                codes = {field: arrays[f"codes_{field}"] for field in FIELD_BYTES}
                owners = {
                    field: arrays[f"owners_{field}"].astype(np.int64)
                    if f"owners_{field}" in arrays
                    else everyone
                    for field in FIELD_BYTES
                }
            except KeyError as error:
                raise ValueError(f"It lacks an array: {error}.") from error
        return cls(ids, codes, owners)

    def save(self, path: Path) -> None:
        """Write a file. Owners are left out where every entry has a row."""
        arrays = {f"codes_{field}": rows for field, rows in self.codes.items()} | {
            f"owners_{field}": owners.astype(np.int32)
            for field, owners in self.owners.items()
            if len(owners) < len(self.ids)
        }
        with path.open("wb") as file:
            np.savez(file, ids=self.ids, allow_pickle=False, **arrays)

    def positions(self, fingerprint_ids: Sequence[str]) -> Integers:
        """The positions of ids; -1 where there is no entry."""
        asked = _encoded(fingerprint_ids)
        if not len(self.ids):
            return np.full(len(asked), -1)
        places = np.searchsorted(self.ids, asked)
        is_there = self.ids[np.minimum(places, len(self.ids) - 1)] == asked
        return np.where(is_there, places, -1)

    def merged(self, hidden: Integers, more: PackedEntries) -> PackedEntries:
        """These entries without those at some positions, and others of which there are none."""
        kept = np.ones(len(self.ids), bool)
        kept[hidden] = False
        ids = np.concatenate([self.ids[kept], more.ids])
        order = np.argsort(ids, kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        own = np.full(len(self.ids), -1)
        own[kept], other = np.split(rank, [np.count_nonzero(kept)])
        fields = {field: self._merged_field(field, own, more, other) for field in self.codes}
        return PackedEntries(
            ids[order],
            {field: codes for field, (codes, _) in fields.items()},
            {field: owners for field, (_, owners) in fields.items()},
        )

    def snapshot(self, hidden: Integers) -> Snapshot:
        """What is searchable of them."""
        count = len(self.ids) - len(hidden)
        return Snapshot(count, DecodedIds(self.ids), self.codes, self.owners, hidden)

    def _merged_field(
        self, field: str, own: Integers, more: PackedEntries, other: Integers
    ) -> tuple[HashRows, Integers]:
        """Rows of both in the order of their new positions; -1 has none."""
        mine = own[self.owners[field]]
        owners = np.concatenate([mine[mine >= 0], other[more.owners[field]]])
        codes = np.concatenate([self.codes[field][mine >= 0], more.codes[field]])
        order = np.argsort(owners, kind="stable")
        return codes[order], owners[order]


def _encoded(fingerprint_ids: Sequence[str]) -> Ids:
    return np.array([fingerprint_id.encode() for fingerprint_id in fingerprint_ids], dtype="S")
