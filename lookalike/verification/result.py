"""The result of verifying a candidate, from which its features are computed."""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.fingerprint.distances import Distances
from lookalike.verification.block_comparison import BlockComparison
from lookalike.verification.transforms import Transform


@dataclass(frozen=True, slots=True)
class CellAgreement:
    """How far the cells of two pictures agree.

    Attributes:
        matches: pairs of cells that are each other's nearest.
        inliers: stored cells among them that one transform explains.
        inlier_cosine: their mean cosine.
        overlap: share of the stored textured cells that the query shows.
        alike: mean cosine of aligned cells.
        alike_share: share of aligned cells above ``candidate.ALIKE_CELLS``.
    """

    matches: int = 0
    inliers: int = 0
    inlier_cosine: float = 0.0
    overlap: float = 0.0
    alike: float = 0.0
    alike_share: float = 0.0

    @property
    def inlier_share(self) -> float:
        """The share of the matches that are inliers."""
        return self.inliers / max(1, self.matches)


@dataclass(frozen=True, slots=True)
class Verification:
    """The measurements between a query and a candidate.

    Attributes:
        distances: of the hashes.
        cells: how far the cells agree; without any where coarse cells told that the pictures are
            unrelated.
        transform: from the query's trimmed frame to the stored one; ``None`` where none was found.
        blocks: of the aligned pictures; ``None`` for pictures whose cells agree too little.
    """

    distances: Distances
    cells: CellAgreement = CellAgreement()
    transform: Transform | None = None
    blocks: BlockComparison | None = None
