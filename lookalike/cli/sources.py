"""Pictures that are named on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lookalike.errors import ImageNotFoundError
from lookalike.http.pictures import PictureSource
from lookalike.images.files import (
    is_web_address,
    picture_path,
    pictures_below,
    read_picture_file,
)


def picture_source(name: str) -> PictureSource:
    """Return a web address unchanged, and for a file its bytes.

    Raises:
        ImageNotFoundError: the file cannot be read.
        UrlInvalidError: the name is an address of another kind than http and https.
        ImageTooLargeError: the file is larger than pictures may be.
    """
    return name if is_web_address(name) else read_picture_file(picture_path(name))


def names_one_picture(names: Sequence[str]) -> bool:
    """Return whether this is a single file or web address."""
    return len(names) == 1 and (is_web_address(names[0]) or not Path(names[0]).is_dir())


def picture_names(names: Sequence[str]) -> list[str]:
    """Return the names with each folder replaced by the pictures below it, sorted by path.

    Raises:
        ImageNotFoundError: a folder holds no pictures.
    """
    return [picture for name in names for picture in _expanded(name)]


def _expanded(name: str) -> list[str]:
    if is_web_address(name) or not Path(name).is_dir():
        return [name]
    if found := [str(path) for path in pictures_below(Path(name))]:
        return found
    raise ImageNotFoundError(f"There is no picture in the folder {name}.")
