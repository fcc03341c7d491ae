"""A candidate that is verified: matched by cells, aligned, and compared block by block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from lookalike.fingerprint.distances import distances
from lookalike.fingerprint.phash import FORMS, Form
from lookalike.fingerprint.signature import decode
from lookalike.pictures import Picture
from lookalike.verification.alignment import AlignmentTarget, align
from lookalike.verification.block_comparison import compare_blocks, texture_agreement
from lookalike.verification.cells import (
    CellGrid,
    CellMatches,
    aligned_cosines,
    are_shown,
    mutual_matches,
)
from lookalike.verification.homography import widened
from lookalike.verification.pyramid import Pyramid
from lookalike.verification.query import QueryPicture, trimmed_sides
from lookalike.verification.ransac import TOLERANCE, Consensus, consensus
from lookalike.verification.refinement import best_of
from lookalike.verification.result import CellAgreement, Verification
from lookalike.verification.transforms import (
    IDENTITY,
    Transform,
    box_to_unit,
    inverse,
    undoing,
)

UPRIGHT_FORMS = (FORMS[0], FORMS[1])
"""The forms in which cells are matched unless pHashes are sure of one: as it is, and mirrored."""
MAX_HINT_PHASH = 10
"""pHash distance up to which cells are matched in the form of the nearest pHashes, too, or in that
alone."""
MIN_LEAD = 16
"""Bits by which the pHashes of all other forms are farther where those of one leave no doubt."""
MAX_SAME_PHASH = 8
"""pHash distance up to which all is compared whatever cells say: strong blur weakens them."""
MAX_ALIGNED_PHASH = 18
"""pHash distance up to which the frames themselves may lie on each other."""
ALIKE_CELLS = 0.45
"""Cosine from which aligned cells count as the same."""
MIN_COARSE_COSINE = 0.56
"""Mean cosine of matching coarse cells below which, in every form, nothing else is matched. Two in
five unrelated photographs end there, and one in 2,000 copies that would have been found."""
AMBIGUOUS = 0.8
"""A form in which cells match within this factor of the best is tried as well."""
INLIER_WEIGHT = 0.5
"""Weight of the share of inliers beside the mean cosine of aligned cells."""
MIN_CELL_AGREEMENT = 0.36
"""Agreement of the cells below which blocks are not compared: 97 % of unrelated photographs, and
hardly any copy that a block comparison would have confirmed."""


@dataclass(frozen=True, slots=True)
class _FormMatches:
    """Matches of cells in one form of the query.

    Attributes:
        form: of the query.
        matches: of fine and coarse cells.
        found: their consensus; ``None`` where there is none.
        shown: stored cells with texture that the query shows under its transform.
    """

    form: Form
    matches: CellMatches
    found: Consensus | None
    shown: int

    @property
    def weight(self) -> int:
        """How much it explains, to choose between forms: stored cells, by the area shown."""
        inliers = 0 if self.found is None else self.matches.stored_cells(self.found.inliers)
        return inliers * self.shown


class Candidate:
    """A stored picture that is verified against a query."""

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
        return Pyramid(self._signature.thumbnail, trimmed_sides(self.fingerprint))

    def verify(self) -> Verification:
        """Match cells and, where they may agree, align the pictures and compare their blocks.

        Raises:
            SignatureError: the stored signature cannot be read.
        """
        coarse = {
            form: mutual_matches(self.query.coarse(form), self.cells) for form in self._forms()
        }
        if self._is_dissimilar(coarse.values()):
            return Verification(self.distances)
        found = [self._matched(form, coarse[form]) for form in _likely(coarse)]
        cells, transform = self._aligned_by_cells(max(found, key=lambda each: each.weight))
        if self._is_unrelated(cells):
            return Verification(self.distances, cells)
        starts = [] if transform is None else [transform]
        if self.distances.phash <= MAX_ALIGNED_PHASH:
            starts.append(self._aligned_by_frames())
        placed = self.query.placed
        in_surroundings = [start @ inverse(placed) for start in starts]
        best = best_of(in_surroundings, self._agreement, self._refined)
        if best is None:
            return Verification(self.distances, cells)
        blocks = compare_blocks(self.query.surroundings, self.pyramid, best)
        return Verification(self.distances, cells, best @ placed, blocks)

    def _forms(self) -> tuple[Form, ...]:
        """The forms that the query may have."""
        nearest, far = self.distances.form, self.distances.phash_of_others
        if self.distances.phash > MAX_HINT_PHASH:
            return UPRIGHT_FORMS
        if far - self.distances.phash >= MIN_LEAD:
            return (nearest,)
        return tuple(dict.fromkeys((*UPRIGHT_FORMS, nearest)))

    def _is_dissimilar(self, coarse: Iterable[CellMatches]) -> bool:
        """Whether coarse cells match too weakly in every form to be of one photograph."""
        is_weak = all(found.mean_cosine < MIN_COARSE_COSINE for found in coarse)
        return is_weak and not self._has_near_hash

    def _is_unrelated(self, cells: CellAgreement) -> bool:
        agreement = cells.alike + INLIER_WEIGHT * cells.inlier_share
        return agreement < MIN_CELL_AGREEMENT and not self._has_near_hash

    @property
    def _has_near_hash(self) -> bool:
        return self.distances.phash <= MAX_SAME_PHASH

    def _matched(self, form: Form, coarse: CellMatches) -> _FormMatches:
        """Match fine cells, too, and find the affine transform that explains most matches."""
        matches = CellMatches.joined(mutual_matches(self.query.fine(form), self.cells), coarse)
        found = consensus(matches, self.query.sides(form), trimmed_sides(self.fingerprint))
        shown = 0 if found is None else int(are_shown(self.cells, found.transform).sum())
        return _FormMatches(form, matches, found, shown)

    def _aligned_by_cells(self, matched: _FormMatches) -> tuple[CellAgreement, Transform | None]:
        """The transform that explains most matches of cells, and how far cells agree under it."""
        form, matches, found = matched.form, matched.matches, matched.found
        if found is None:
            return CellAgreement(matches=len(matches)), None
        transform, inliers = widened(
            found.transform, found.inliers, matches.query, matches.stored, TOLERANCE
        )
        grids = (self.query.fine(form), self.query.coarse(form))
        alike = aligned_cosines(grids, self.cells, transform)
        agreement = CellAgreement(
            matches=len(matches),
            inliers=matches.stored_cells(inliers),
            inlier_cosine=float(matches.cosines[inliers].mean()) if inliers.any() else 0,
            overlap=len(alike) / max(1, int(self.cells.textured.sum())),
            alike=float(alike.mean()) if len(alike) else 0.0,
            alike_share=float((alike > ALIKE_CELLS).mean()) if len(alike) else 0.0,
        )
        return agreement, transform @ undoing(form)

    def _aligned_by_frames(self) -> Transform:
        """The transform of the frames whose pHashes agree best."""
        found = self.distances
        query_box = self.query.fingerprint.fingerprint.trim_box
        stored_box = self.fingerprint.trim_box
        from_query = IDENTITY if found.of_trimmed_query else inverse(box_to_unit(query_box))
        to_stored = IDENTITY if found.of_trimmed_match else box_to_unit(stored_box)
        aligned: Transform = to_stored @ undoing(found.form) @ from_query
        return aligned

    def _agreement(self, transform: Transform) -> float:
        return texture_agreement(self.query.surroundings, self.pyramid, transform)

    def _refined(self, start: Transform) -> Transform | None:
        return align(self.query.surroundings, self._target, start, self.query.placed)

    @cached_property
    def _target(self) -> AlignmentTarget:
        return AlignmentTarget(self.pyramid)


def _likely(coarse: Mapping[Form, CellMatches]) -> list[Form]:
    """The form in which most coarse cells match, and those nearly as good."""
    scores = {form: float(found.cosines.sum()) for form, found in coarse.items()}
    best = max(scores.values())
    least = min(best, AMBIGUOUS * best)
    return [form for form, score in scores.items() if score >= least]
