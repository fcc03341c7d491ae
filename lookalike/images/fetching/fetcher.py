"""Where the bytes of a picture come from."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from lookalike.errors import UrlInvalidError

MAX_BYTES = 20 * 1024 * 1024
"""The most bytes that are read of one picture."""

# "https:", "file:", "C:" - whatever stands before the first slash and ends in a colon - and
# "//cdn.example/p.jpg", which only a browser can complete.
_NOT_A_PATH = re.compile(r"[\s\x00-\x1f]*(?:[a-zA-Z][a-zA-Z0-9+.\-]*:|//|\\\\)")


def is_path(address: str) -> bool:
    """Whether a catalogue's address is the path of a file, not something that begins like a URL."""
    return not _NOT_A_PATH.match(address)


class ImageFetcher(ABC):
    """Gets the bytes behind an address."""

    @abstractmethod
    def fetch(self, address: str) -> bytes:
        """The picture's bytes.

        Raises:
            ImageUrlError: the address is refused (each reason is a subclass).
            ImageTooLargeError: more bytes than we read.
            ImageUnreachableError: it may work later.
        """

    def revision(self, address: str) -> str:
        """A mark that changes when the picture behind the address does; empty where none is cheap.

        Raises:
            ImageUrlError: the address is refused.
        """
        del address
        return ""


class CatalogueFetcher(ImageFetcher):
    """Gets what catalogues name: web addresses, and paths below a folder where there is one."""

    def __init__(self, web: ImageFetcher, folder: ImageFetcher | None = None) -> None:
        self._web = web
        self._folder = folder

    def fetch(self, address: str) -> bytes:
        """The picture's bytes; see ``ImageFetcher`` for the errors."""
        return self._fetcher(address).fetch(address)

    def revision(self, address: str) -> str:
        """The mark of a file; empty for a web address."""
        return self._fetcher(address).revision(address)

    def _fetcher(self, address: str) -> ImageFetcher:
        """Whatever begins like a URL is the web fetcher's, also to be refused by it."""
        if not is_path(address):
            return self._web
        if self._folder is None:
            raise UrlInvalidError(
                "Only web addresses are read here. Begin the address with http:// or https://, "
                "or upload the picture itself."
            )
        return self._folder
