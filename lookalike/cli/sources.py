"""Pictures that are named on the command line."""

from __future__ import annotations

from pathlib import Path

from lookalike.errors import ImageNotFoundError, ImageTooLargeError
from lookalike.http.pictures import PictureSource
from lookalike.images.fetching.fetcher import MAX_BYTES


def picture_source(name: str) -> PictureSource:
    """A web address as it is; the bytes of a file.

    Raises:
        ImageNotFoundError: no such file.
        ImageTooLargeError: more bytes than we read of a picture.
    """
    if name.lower().startswith(("http://", "https://")):
        return name
    try:
        with Path(name).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ImageNotFoundError(f"{name} cannot be read: {error.strerror}.") from error
    if len(content) > MAX_BYTES:
        raise ImageTooLargeError(f"{name} has more than {MAX_BYTES >> 20} MB.")
    return content
