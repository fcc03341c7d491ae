"""Hamming distances between a query and one stored picture, for verification and evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.layout import HashLayout, HashRows
from lookalike.fingerprint.phash import FORMS, Form, PHash
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.pictures import Fingerprint


@dataclass(frozen=True, slots=True)
class Distances:
    """How far a query is from a stored picture, on the two hashes that verification uses.

    Attributes:
        phash: bits (0 to 64), best over frames, flips and turns.
        form: the flip and turn at which ``phash`` was reached.
        phash_of_others: bits (0 to 64), best over frames and all other flips and turns; nearly as
            few where a picture looks the same mirrored or turned.
        of_trimmed_query: whether it was reached by the query's trimmed frame.
        of_trimmed_match: whether it was reached by the stored picture's trimmed frame.
        deep: bits (0 to 512) to the hash of the whole picture.
        deep_centre: bits (0 to 512) to the hash of its centre.
    """

    phash: int
    form: Form
    phash_of_others: int
    of_trimmed_query: bool
    of_trimmed_match: bool
    deep: int
    deep_centre: int

    @property
    def deep_nearest(self) -> int:
        """The smaller of the two deep distances."""
        return min(self.deep, self.deep_centre)


def distances(query: QueryFingerprint, stored: Fingerprint) -> Distances:
    """Compare the hashes of a query with those of a stored picture of the same version."""
    phash = _between(query, stored, PHash.layout)
    row, column = divmod(int(phash.argmin()), phash.shape[1])
    form = row % len(FORMS)
    of_others = phash[np.arange(len(phash)) % len(FORMS) != form]
    deep = _between(query, stored, DeepHash.layout).min(axis=0)
    return Distances(
        phash=int(phash.min()),
        form=FORMS[form],
        phash_of_others=int(of_others.min(initial=PHash.layout.bits)),
        of_trimmed_query=row >= len(FORMS),
        of_trimmed_match=column > 0,
        deep=int(deep[0]),
        deep_centre=int(deep[-1]),
    )


def hamming(queries: HashRows, stored: HashRows) -> NDArray[np.int64]:
    """All distances between two sets of hashes, shape (queries, stored), in bits."""
    differing: NDArray[np.uint8] = np.bitwise_count(queries[:, None] ^ stored[None])
    bits: NDArray[np.int64] = differing.sum(axis=-1, dtype=np.int64)
    return bits


def _between(query: QueryFingerprint, stored: Fingerprint, layout: HashLayout) -> NDArray[np.int64]:
    """The distances on one hash, shape (query rows, stored fields), in bits."""
    present = [stored.hashes[field] for field in layout.fields if field in stored.hashes]
    rows = np.frombuffer(b"".join(present), np.uint8).reshape(len(present), layout.bits // 8)
    return hamming(query.rows[layout.name], rows)
