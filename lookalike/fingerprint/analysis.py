"""The analysis of one picture: intermediate results that several parts of a fingerprint need."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lookalike.fingerprint.network import Network, NetworkOutput
from lookalike.images.levels import stretched
from lookalike.images.preparation import PreparedPicture

CENTRE_SHARE = 0.7


class Analysis:
    """Views of one prepared picture and the network's output for them, for one thread.

    ``whole`` is computed once, and ``centre``, which only catalogue pictures need, on every use.
    """

    def __init__(self, picture: PreparedPicture, network: Network) -> None:
        self.picture = picture
        self._network = network
        self._whole: NetworkOutput | None = None

    @property
    def trimmed(self) -> Image.Image:
        """The frame without its border."""
        return self.picture.trimmed

    @cached_property
    def frames(self) -> list[Image.Image]:
        """The whole frame and, where a border was cut, the trimmed one."""
        picture = self.picture
        return [picture.whole, self.trimmed] if picture.has_border else [picture.whole]

    def grey_levels(self, frame: Image.Image, side: int) -> NDArray[np.float64]:
        """The grey levels of a frame at ``side`` x ``side`` pixels (Lanczos), rows vertical."""
        small = frame.convert("L").resize((side, side), Image.Resampling.LANCZOS)
        return np.asarray(small, np.float64)

    @property
    def whole(self) -> NetworkOutput:
        """The network's output for the trimmed frame with its levels stretched."""
        # cached_property of Python 3.11 would let one thread at a time run the network.
        if self._whole is None:
            self._whole = self._network.run(self.picture.network_frame)
        return self._whole

    @property
    def centre(self) -> NetworkOutput:
        """The network's output for the centre of the trimmed frame, by which crops are found.

        Its levels are stretched by its own range, as those of a query that shows it alone are.
        """
        return self._network.run(stretched(centre_of(self.trimmed)))


def centre_of(frame: Image.Image) -> Image.Image:
    """The middle 70 % of both sides."""
    width, height = frame.size
    x, y = (round(side * (1 - CENTRE_SHARE) / 2) for side in (width, height))
    return frame.crop((x, y, width - x, height - y))
