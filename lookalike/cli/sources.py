"""Pictures that are named on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lookalike.errors import BadParameterError, ImageNotFoundError, ImageTooLargeError
from lookalike.http.pictures import PictureSource
from lookalike.images.limits import MAX_BYTES

SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp"),
    *(".avif", ".heic", ".heif"),
)
"""Files of a folder that are taken for pictures, whatever their case."""


def picture_source(name: str) -> PictureSource:
    """A web address as it is; the bytes of a file.

    Raises:
        ImageNotFoundError: the file cannot be read.
        ImageTooLargeError: the file is larger than pictures may be.
    """
    if _is_web(name):
        return name
    try:
        with Path(name).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else "no file has such a name"
        raise ImageNotFoundError(f"{name} cannot be read: {reason}.") from error
    if len(content) > MAX_BYTES:
        raise ImageTooLargeError(f"{name} has more than {MAX_BYTES >> 20} MB.")
    return content


def names_one_picture(names: Sequence[str]) -> bool:
    """Whether this is a single file or web address."""
    return len(names) == 1 and (_is_web(names[0]) or not Path(names[0]).is_dir())


def picture_names(names: Sequence[str]) -> list[str]:
    """The same names, with each folder replaced by the pictures below it, sorted by path.

    Raises:
        BadParameterError: a folder holds no pictures.
    """
    return [picture for name in names for picture in _expanded(name)]


def _expanded(name: str) -> list[str]:
    if _is_web(name) or not Path(name).is_dir():
        return [name]
    if found := sorted(map(str, _pictures_below(Path(name)))):
        return found
    raise BadParameterError(f"There is no picture in the folder {name}.")


def _pictures_below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in SUFFIXES and not hidden and path.is_file():
            yield path


def _is_web(name: str) -> bool:
    return name.lower().startswith(("http://", "https://"))
