"""A query while it is compared with candidates: its views, each computed on first use."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from PIL import Image

from lookalike.fingerprint.network import Network
from lookalike.fingerprint.phash import FORMS, Form
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.fingerprint.signature import textured_cells
from lookalike.images.preparation import PreparedPicture
from lookalike.pictures import Fingerprint
from lookalike.verification.cells import CellGrid
from lookalike.verification.colours import is_greyscale
from lookalike.verification.pyramid import Pyramid
from lookalike.verification.transforms import (
    CORNERS,
    IDENTITY,
    Points,
    Transform,
    box_to_unit,
    inverse,
    moved,
)

COARSE_PIXELS = 144
"""Side of the network's input for coarse cells, which are as large as the cells of a stored picture
of which the query shows 40 %."""
_TRANSPOSES = (
    (Image.Transpose.FLIP_LEFT_RIGHT, 1),
    (Image.Transpose.FLIP_TOP_BOTTOM, 2),
    (Image.Transpose.TRANSPOSE, 4),
)


class QueryPicture:
    """The trimmed frame of a query, in every form in which it is verified."""

    def __init__(
        self, picture: PreparedPicture, fingerprint: QueryFingerprint, network: Network
    ) -> None:
        self.fingerprint = fingerprint
        self.frame = picture.trimmed
        self._picture = picture
        self._network = network
        self._fine: dict[Form, CellGrid] = {}
        self._coarse: dict[Form, CellGrid] = {}

    @cached_property
    def pyramid(self) -> Pyramid:
        """The frame at several sizes; that of a stored picture is larger than what it shows."""
        known = trimmed_sides(self.fingerprint.fingerprint)
        width, height = (min(sides) for sides in zip(self.frame.size, known, strict=True))
        return Pyramid(self.frame, (width, height))

    @cached_property
    def surroundings(self) -> Pyramid:
        """What the frame was cut out of, at several sizes; the frame itself if out of nothing."""
        around = self._picture.surroundings
        return self.pyramid if around is None else Pyramid(around.frame.crop(around.box))

    @property
    def placed(self) -> Transform:
        """From the frame to its surroundings."""
        around = self._picture.surroundings
        return IDENTITY if around is None else around.placed

    @property
    def shown(self) -> Points:
        """Corners of what is compared, in the unit square of the whole picture."""
        if self._picture.surroundings is None:
            return CORNERS
        trimmed = box_to_unit(self.fingerprint.fingerprint.trim_box)
        return moved(inverse(self.placed @ trimmed), CORNERS)

    @cached_property
    def is_greyscale(self) -> bool:
        """True if the frame has no colours that could be compared."""
        return is_greyscale(np.asarray(self.pyramid.square(48), np.float32).reshape(-1, 3))

    def sides(self, form: Form) -> tuple[float, float]:
        """Width and height, in pixels, of the frame with this form undone."""
        width, height = self.frame.size
        return (width, height) if form.rotation % 180 == 0 else (height, width)

    def fine(self, form: Form) -> CellGrid:
        """28 x 28 cells of the frame with this form undone."""
        if form not in self._fine:
            view = self._undone(form)
            is_upright = form == FORMS[0]
            codes = self.fingerprint.cells if is_upright else self._network.cells(view)
            self._fine[form] = CellGrid(codes, textured_cells(view))
        return self._fine[form]

    def coarse(self, form: Form) -> CellGrid:
        """18 x 18 cells of the frame with this form undone."""
        if form not in self._coarse:
            view = self._undone(form)
            codes = self._network.cells(view, COARSE_PIXELS)
            side = round(len(codes) ** 0.5)
            self._coarse[form] = CellGrid(codes, textured_cells(view, side))
        return self._coarse[form]

    def _undone(self, form: Form) -> Image.Image:
        number, view = FORMS.index(form), self._picture.network_frame
        for transpose, bit in _TRANSPOSES:
            if number & bit:
                view = view.transpose(transpose)
        return view


def trimmed_sides(fingerprint: Fingerprint) -> tuple[float, float]:
    """Width and height of a picture's trimmed frame, in pixels of the original."""
    left, top, right, bottom = fingerprint.trim_box
    return fingerprint.width * (right - left), fingerprint.height * (bottom - top)
