"""One picture while its fingerprint is computed: what several parts need, computed once."""

from __future__ import annotations

from functools import cached_property

from PIL import Image

from lookalike.fingerprint.network import Description, Network
from lookalike.images.preparation import PreparedPicture

CENTRE_SHARE = 0.7


class Analysis:
    """Lazily computed intermediate results of one prepared picture."""

    def __init__(self, picture: PreparedPicture, network: Network) -> None:
        self.picture = picture
        self._network = network

    @cached_property
    def trimmed(self) -> Image.Image:
        """The frame without its border."""
        return self.picture.trimmed

    @cached_property
    def whole(self) -> Description:
        """What the network says of the trimmed frame."""
        return self._network.run(self.trimmed)

    @cached_property
    def centre(self) -> Description:
        """What it says of the centre of the trimmed frame, by which crops are found."""
        return self._network.run(centre_of(self.trimmed))


def centre_of(frame: Image.Image) -> Image.Image:
    """The middle 70 % of both sides."""
    width, height = frame.size
    x, y = (round(side * (1 - CENTRE_SHARE) / 2) for side in (width, height))
    return frame.crop((x, y, width - x, height - y))
