"""The model that is built in: what the network of the fingerprint sees, and the colours.

It costs no second run of the network: the deep hash is made of the signs of the same numbers. They
lie in random directions, so the first of them are as good as any others. The network was taught to
tell kinds of things apart, and hardly looks at colour; a histogram adds that.
"""

from __future__ import annotations

import numpy as np
from PIL import Image
from typing_extensions import override

from lookalike.fingerprint.analysis import Analysis
from lookalike.search.models.model import EmbeddingModel, unit
from lookalike.search.models.settings import COLOUR_NUMBERS, BuiltInSettings
from lookalike.search.models.version import space_of
from lookalike.storage.embeddings import Vector

_BINS = (12, 4, 4)
"""Of hue, saturation and value: ``COLOUR_NUMBERS`` together."""
_PIXELS = 64
"""Side of the square of which colours are counted."""


class BuiltInModel(EmbeddingModel):
    """Embeds with the network of the fingerprint, and with colours.

    Args:
        name: as the configuration names it.
        settings: dimension, and how much colours weigh.
    """

    def __init__(self, name: str, settings: BuiltInSettings) -> None:
        self.name = name
        self.at_registration = settings.at_registration
        self._colour = settings.colour
        self._network = settings.dimension - (COLOUR_NUMBERS if settings.colour else 0)
        self.space = space_of(name, settings)

    @override
    def embed(self, analysis: Analysis) -> Vector:
        seen = unit(analysis.whole.deep[: self._network])
        if not self._colour:
            return seen
        shown = colours(analysis.trimmed)
        parts = [seen * (1 - self._colour) ** 0.5, shown * self._colour**0.5]
        return unit(np.concatenate(parts, dtype=np.float32))


def colours(frame: Image.Image) -> Vector:
    """Square roots of the shares of colours, shape (192,): their dot product is a likeness.

    It is the Bhattacharyya coefficient of two histograms, 1 where they are equal.
    """
    small = frame.resize((_PIXELS, _PIXELS), Image.Resampling.BOX, reducing_gap=2).convert("HSV")
    bins = np.zeros((_PIXELS, _PIXELS), np.intp)
    for channel, count in zip(np.moveaxis(np.asarray(small), 2, 0), _BINS, strict=True):
        bins = bins * count + channel.astype(np.intp) * count // 256
    counts = np.bincount(bins.ravel(), minlength=COLOUR_NUMBERS)
    shares: Vector = (counts / counts.sum()).astype(np.float32)
    return np.sqrt(shares)
