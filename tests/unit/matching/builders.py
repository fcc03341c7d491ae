"""Queries at distances that a test chooses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from lambdas.shared.fingerprint.interfaces import QueryFingerprint
from lambdas.shared.fingerprint.phash import FORMS, Form
from lambdas.shared.images.preparation import PreparedPicture
from lambdas.shared.matching.distances import Distances
from lambdas.shared.pictures import Fingerprint
from tests.builders import some_hashes, with_flipped_bits


def far_phash() -> bytes:
    """A pHash that has nothing in common with those that the tests store."""
    return b"\xaa\x55" * 4


def a_query(
    fingerprint: Fingerprint, phash: Sequence[bytes], deep: Sequence[bytes]
) -> QueryFingerprint:
    """A query with these rows."""
    rows = {
        name: np.stack([np.frombuffer(value, np.uint8) for value in hashes])
        for name, hashes in (("phash", phash), ("deep", deep))
    }
    return QueryFingerprint(fingerprint, rows)


def query_at(
    query: Fingerprint, stored: Fingerprint, *, phash: int, deep: int, row: int = 0
) -> QueryFingerprint:
    """At these distances from a stored picture; all other rows are as far as can be."""
    near = with_flipped_bits(stored.hashes["phash"], phash)
    far = bytes(255 - byte for byte in stored.hashes["phash"])
    rows = [near if index == row % 8 else far for index in range(8)]
    if row >= len(FORMS):
        rows = [far] * 8 + rows
    return a_query(query, rows, [with_flipped_bits(stored.hashes["deep"], deep)])


def at(phash: int, deep: int, *, whole: int | None = None, form: Form = FORMS[0]) -> Distances:
    """Distances as a calibration is asked about them."""
    return Distances(
        whole=phash if whole is None else whole,
        phash=phash,
        form=form,
        of_trimmed_query=False,
        of_trimmed_match=False,
        deep=deep,
        deep_centre=512,
    )


def hashes_with_far_centre(number: int = 0) -> dict[str, bytes]:
    """Hashes whose centre is nowhere near, so that the whole decides."""
    hashes = some_hashes(number)
    return hashes | {"deep_centre": bytes(255 - byte for byte in hashes["deep"])}


def a_blank() -> PreparedPicture:
    """A picture for what does not look at it."""
    whole = Image.new("RGB", (16, 16))
    return PreparedPicture(whole, (0, 0, 16, 16), 16, 16)
