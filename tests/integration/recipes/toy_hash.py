"""A hash that a test adds: which of 8 x 8 areas are brighter than their mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lookalike.fingerprint.hash_algorithm import HashAlgorithm, HashLayout, HashRows

if TYPE_CHECKING:
    from lookalike.fingerprint.analysis import Analysis


class ToyHash(HashAlgorithm):
    """The brightness of each frame, in the same fields as a pHash would have."""

    layout = HashLayout(
        "toy", bits=64, fields=("toy", "toy_trimmed"), ef_search=77, exact_field="toy_exact"
    )

    def stored_hashes(self, analysis: Analysis) -> dict[str, bytes]:
        """``toy`` of the whole frame, ``toy_trimmed`` where there is a border."""
        rows = zip(self.layout.fields, self.query_rows(analysis), strict=False)
        return {field: row.tobytes() for field, row in rows}

    def query_rows(self, analysis: Analysis) -> HashRows:
        """One row for each frame."""
        frames = [analysis.grey_levels(frame, 8).ravel() for frame in analysis.frames]
        return np.stack([np.packbits(levels > levels.mean()) for levels in frames])

    def retrieval_score(self, distance: int) -> float:
        """Every bit counts as much as one of log odds."""
        return -float(distance)
