"""From the bytes of any image to the one picture that is fingerprinted."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """A decoded, oriented, flattened picture, ready to be fingerprinted.

    Attributes:
        whole: RGB, the whole frame, at most reduced in size.
        trim_box: left, top, right, bottom in pixels of ``whole``: the frame without a uniform
            border. Equal to the whole frame where there is none.
        width: pixels of the original after orientation.
        height: pixels of the original after orientation.
    """

    whole: Image.Image
    trim_box: tuple[int, int, int, int]
    width: int
    height: int

    @property
    def has_border(self) -> bool:
        """Whether a uniform border was found."""
        return self.trim_box != (0, 0, *self.whole.size)

    @property
    def trimmed(self) -> Image.Image:
        """The frame without its border: ``whole`` itself where there is none."""
        return self.whole.crop(self.trim_box) if self.has_border else self.whole
