"""Reads pictures below a folder, and from nowhere else on the machine."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lookalike.errors import (
    ImageForbiddenError,
    ImageNotFoundError,
    ImageTooLargeError,
    ImageUnreachableError,
    UrlInvalidError,
)
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.images.limits import MAX_BYTES

# O_NONBLOCK: opening a FIFO must not wait for a writer. O_NOFOLLOW: the path is resolved already.
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
_NOT_A_FILE_NAME = frozenset({errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO})


class FolderFetcher(ImageFetcher):
    """Reads pictures by their path below a root folder.

    A leading slash means the root folder: shops write ``/P/G/shirt.jpg``. Symbolic links are
    followed as long as they stay below the root.
    """

    def __init__(self, root: Path, max_bytes: int = MAX_BYTES) -> None:
        self._root = root.resolve()
        self._max_bytes = max_bytes

    def fetch(self, address: str) -> bytes:
        """The file's bytes; see ``ImageFetcher`` for the errors."""
        with _told_to_the_caller(address), _opened(self._inside(address)) as descriptor:
            self._refuse_unreadable(os.fstat(descriptor))
            with open(descriptor, "rb", closefd=False) as file:
                # The file may have grown since: read no more than one byte too many.
                content = file.read(self._max_bytes + 1)
        self._refuse_large(len(content))
        return content

    def revision(self, address: str) -> str:
        """Size and time of last change of the file, without opening it.

        Raises:
            ImageNotFoundError: there is no such file.
            UrlInvalidError: this is not a file below the root.
        """
        with _told_to_the_caller(address):
            status = self._inside(address).stat()
            _refuse_other_than_file(status)
        return f"{status.st_size}-{status.st_mtime_ns}"

    def _inside(self, address: str) -> Path:
        """The path with links resolved; the file may not exist."""
        path = Path(os.path.realpath(self._root / address.lstrip("/")))
        if not path.is_relative_to(self._root):
            raise UrlInvalidError(
                "The path leads outside the folder of the pictures. Give a path inside it."
            )
        return path

    def _refuse_unreadable(self, status: os.stat_result) -> None:
        _refuse_other_than_file(status)
        self._refuse_large(status.st_size)

    def _refuse_large(self, size: int) -> None:
        if size > self._max_bytes:
            raise ImageTooLargeError(
                f"The file has more than {self._max_bytes / 1024 / 1024:.3g} MB. "
                "Give a smaller version of it."
            )


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, _READ)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _refuse_other_than_file(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise UrlInvalidError("The path leads to a folder or a device. Give the path of a file.")


@contextmanager
def _told_to_the_caller(address: str) -> Iterator[None]:
    """Turn errors of the file system into sentences that name the path as it was given."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ImageNotFoundError(
            f"There is no file {address!r} in the folder of the pictures. Check the path."
        ) from error
    except PermissionError as error:
        raise ImageForbiddenError(
            f"The file {address!r} may not be read. Give this program the right to read it."
        ) from error
    except ValueError as error:
        raise UrlInvalidError("The path contains a character that no path has.") from error
    except OSError as error:
        if error.errno in _NOT_A_FILE_NAME:
            raise UrlInvalidError("The path is too long, or no file. Check it.") from error
        raise ImageUnreachableError(
            f"The file {address!r} cannot be read: the disk or its server fails. Try again later."
        ) from error
