"""Examining a candidate: how it lies on the query, and what both have in common there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lookalike.fingerprint.distances import Distances, distances
from lookalike.fingerprint.phash import FORMS, Form
from lookalike.fingerprint.signature import decode
from lookalike.pictures import Fingerprint, Picture
from lookalike.verification.alignment import Target, register
from lookalike.verification.block_comparison import Comparison, compare, likeness
from lookalike.verification.cells import (
    CellGrid,
    CellMatches,
    aligned_cosines,
    mutual_matches,
)
from lookalike.verification.pyramid import Pyramid
from lookalike.verification.query import QueryPicture
from lookalike.verification.ransac import consensus
from lookalike.verification.transforms import (
    IDENTITY,
    Transform,
    box_to_unit,
    inverse,
    undoing,
)

UPRIGHT_FORMS = (FORMS[0], FORMS[1])
"""As it is and mirrored: what cells are looked at for without a hint."""
HINT_PHASH = 10
"""Up to this distance the form in which the pHashes agree is looked at, too."""
SAME_PHASH = 8
"""Up to this distance pixels are looked at whatever cells say: strong blur leaves them little."""
ALIGNED_PHASH = 18
"""Up to this distance the frames themselves may lie on each other."""
ALIKE_CELLS = 0.45
"""Cosine from which aligned cells count as the same."""
AMBIGUOUS = 0.8
"""A form in which cells match within this factor of the best is tried as well."""
INLIERS_COUNT = 0.5
"""Weight of the share of inliers beside the likeness of aligned cells."""
STRANGER_BELOW = 0.36
"""Agreement of the cells below which pixels are not looked at: 97 % of unrelated photographs, and
hardly any copy that pixels would have confirmed."""


@dataclass(frozen=True, slots=True)
class CellEvidence:
    """What the cells say.

    Attributes:
        matches: pairs of cells that are each other's nearest.
        inliers: stored cells among them that one transform explains.
        inlier_cosine: their mean cosine.
        overlap: share of the stored textured cells that the query shows.
        alike: mean cosine of aligned cells.
        alike_share: share of aligned cells above ``ALIKE_CELLS``.
    """

    matches: int = 0
    inliers: int = 0
    inlier_cosine: float = 0.0
    overlap: float = 0.0
    alike: float = 0.0
    alike_share: float = 0.0

    @property
    def inlier_share(self) -> float:
        """Of the matches."""
        return self.inliers / max(1, self.matches)


@dataclass(frozen=True, slots=True)
class Examination:
    """All evidence about a candidate.

    Attributes:
        transform: from the query's trimmed frame to the stored one; ``None`` where none was found.
        comparison: of the aligned pictures; ``None`` for plain strangers, whose cells do not agree
            under any transform.
    """

    distances: Distances
    cells: CellEvidence = CellEvidence()
    transform: Transform | None = None
    comparison: Comparison | None = None


class Candidate:
    """A stored picture while a query is held against it."""

    def __init__(self, picture: Picture, query: QueryPicture) -> None:
        self.fingerprint = picture.fingerprint
        self.query = query
        self.distances = distances(query.fingerprint, picture.fingerprint)
        self._signature = decode(picture.fingerprint.signature)

    @cached_property
    def cells(self) -> CellGrid:
        """Its 28 x 28 cells."""
        return CellGrid(self._signature.codes, self._signature.textured)

    @cached_property
    def pyramid(self) -> Pyramid:
        """Its thumbnail at several sizes."""
        return Pyramid(self._signature.thumbnail)

    def examine(self) -> Examination:
        """Look at cells, and where they may agree, at the pixels."""
        likely = self._likely_forms()
        found = [self._aligned_by_cells(form, coarse) for form, coarse in likely.items()]
        cells, transform = max(found, key=lambda f: f[0].inliers * f[0].overlap)
        if self._is_stranger(cells):
            return Examination(self.distances, cells)
        starts = [] if transform is None else [transform]
        if self.distances.phash <= ALIGNED_PHASH:
            starts.append(self._aligned_by_frames())
        best = self._best_of(starts)
        comparison = None if best is None else compare(self.query.pyramid, self.pyramid, best)
        return Examination(self.distances, cells, best, comparison)

    def _likely_forms(self) -> dict[Form, CellMatches]:
        """The form in which most coarse cells match, and those nearly as good: their matches."""
        forms = dict.fromkeys(UPRIGHT_FORMS)
        if self.distances.phash <= HINT_PHASH:
            forms[self.distances.form] = None
        matches = {form: mutual_matches(self.query.coarse(form), self.cells) for form in forms}
        scores = {form: float(found.cosines.sum()) for form, found in matches.items()}
        best = max(scores.values())
        least = min(best, AMBIGUOUS * best)
        return {form: matches[form] for form in forms if scores[form] >= least}

    def _is_stranger(self, cells: CellEvidence) -> bool:
        agreement = cells.alike + INLIERS_COUNT * cells.inlier_share
        return agreement < STRANGER_BELOW and self.distances.phash > SAME_PHASH

    def _aligned_by_cells(
        self, form: Form, coarse: CellMatches
    ) -> tuple[CellEvidence, Transform | None]:
        grids = (self.query.fine(form), self.query.coarse(form))
        matches = CellMatches.joined(mutual_matches(grids[0], self.cells), coarse)
        found = consensus(matches, self.query.sides(form), trimmed_sides(self.fingerprint))
        if found is None:
            return CellEvidence(matches=len(matches)), None
        alike = aligned_cosines(grids, self.cells, found.transform)
        evidence = CellEvidence(
            matches=len(matches),
            # As complex numbers, which are sooner told apart than rows.
            inliers=len(np.unique(matches.stored[found.inliers] @ (1, 1j))),
            inlier_cosine=float(matches.cosines[found.inliers].mean())
            if found.inliers.any()
            else 0,
            overlap=len(alike) / max(1, int(self.cells.textured.sum())),
            alike=float(alike.mean()) if len(alike) else 0.0,
            alike_share=float((alike > ALIKE_CELLS).mean()) if len(alike) else 0.0,
        )
        return evidence, found.transform @ undoing(form)

    def _aligned_by_frames(self) -> Transform:
        """The transform of the frames whose pHashes agree best."""
        found = self.distances
        query_box = self.query.fingerprint.fingerprint.trim_box
        stored_box = self.fingerprint.trim_box
        from_query = IDENTITY if found.of_trimmed_query else inverse(box_to_unit(query_box))
        to_stored = IDENTITY if found.of_trimmed_match else box_to_unit(stored_box)
        aligned: Transform = to_stored @ undoing(found.form) @ from_query
        return aligned

    def _best_of(self, starts: Sequence[Transform]) -> Transform | None:
        """The transform under which most gradients agree, registered or as found by cells."""

        def refined() -> Iterator[Transform]:
            for start in starts:
                yield start
                better = register(self.query.pyramid, self._target, start)
                if better is not None:
                    yield better

        found = [(likeness(self.query.pyramid, self.pyramid, t), t) for t in refined()]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    @cached_property
    def _target(self) -> Target:
        return Target(self.pyramid)


def trimmed_sides(fingerprint: Fingerprint) -> tuple[float, float]:
    """Width and height of a picture's trimmed frame, in pixels of the original."""
    left, top, right, bottom = fingerprint.trim_box
    return fingerprint.width * (right - left), fingerprint.height * (bottom - top)
