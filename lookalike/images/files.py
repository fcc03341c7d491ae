"""Reads a picture from a file that the user of this machine names."""

from __future__ import annotations

from pathlib import Path

from lookalike.errors import ImageNotFoundError, ImageTooLargeError
from lookalike.images.limits import MAX_BYTES


def read_picture_file(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        ImageNotFoundError: there is no such file, or it may not be read.
        ImageTooLargeError: it has more bytes than are read of a picture.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else "no file has such a name"
        raise ImageNotFoundError(f"{path} cannot be read: {reason}.") from error
    if len(content) > MAX_BYTES:
        raise ImageTooLargeError(f"{path} has more than {MAX_BYTES >> 20} MB.")
    return content
