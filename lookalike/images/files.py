"""Pictures that the user of this machine names: web addresses, and files to read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from lookalike.errors import ImageNotFoundError, ImageTooLargeError, UrlInvalidError
from lookalike.images.limits import MAX_BYTES

SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp"),
    *(".avif", ".heic", ".heif"),
)
"""Files of a folder that are taken for pictures, whatever their case."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
"""Two letters at least: one alone is a drive."""


def is_web_address(name: str) -> bool:
    """Return whether a picture is named by an address that can be fetched."""
    return name.lower().startswith(("http://", "https://"))


def picture_path(name: str) -> Path:
    """The path of a picture that is named by it; ``~`` stands for the home folder.

    Raises:
        UrlInvalidError: the name is an address of another kind than http and https.
    """
    path = Path(os.path.expanduser(name))  # noqa: PTH111 - Path's own raises for unknown users
    if _SCHEME.match(name):
        raise UrlInvalidError(
            f"{name} cannot be read: give a path, or an address that begins with http:// or "
            "https://. Download what is elsewhere first."
        )
    if name.lower().startswith("www.") and not os.path.lexists(path):
        raise UrlInvalidError(
            f"{name} cannot be read: there is no such file. If it is a web address, write "
            "https:// before it."
        )
    return path


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


def pictures_below(folder: Path) -> Iterator[Path]:
    """Yield the pictures in a folder and its subfolders, in the order of their paths.

    Names that begin with a dot are left out. Only one folder's names are in memory at once.
    """
    for path in sorted(path for path in folder.iterdir() if not path.name.startswith(".")):
        if path.is_dir() and not path.is_symlink():
            yield from pictures_below(path)
        elif path.suffix.lower() in SUFFIXES and path.is_file():
            yield path
