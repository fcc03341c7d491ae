"""The interface of what fetches pictures, and the fetcher of catalogues."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager

from typing_extensions import override

from lookalike.errors import UrlInvalidError
from lookalike.images.fetching.validators import NO_VALIDATORS, Fetched, Validators

# "https:", "file:", "C:" - whatever stands before the first slash and ends in a colon - and
# "//cdn.example/p.jpg", which only a browser can complete.
_NOT_A_PATH = re.compile(r"[\s\x00-\x1f]*(?:[a-zA-Z][a-zA-Z0-9+.\-]*:|//|\\\\)")


def is_path(address: str) -> bool:
    """Return whether a catalogue's address is the path of a file, and does not begin like a URL."""
    return not _NOT_A_PATH.match(address)


class ImageFetcher(ABC):
    """Fetches the bytes of a picture by its address."""

    @abstractmethod
    def fetch(self, address: str) -> bytes:
        """The picture's bytes.

        Raises:
            ImageUrlError: the address is refused (each reason is a subclass).
            ImageTooLargeError: the picture has more bytes than are read.
            ImageUnreachableError: the picture may be available later.
        """

    def ask(self, address: str, known: Validators = NO_VALIDATORS) -> Fetched:
        """The picture, unless it is still the version that is known; errors as of ``fetch``."""
        del known
        return Fetched(self.fetch(address))

    def revision(self, address: str) -> str:
        """A text that changes when the picture does; empty where finding out would be costly.

        Raises:
            ImageUrlError: the address is refused.
        """
        del address
        return ""


class GuardedFetcher(ImageFetcher):
    """Fetches by another fetcher, once an address has passed what stands before it.

    Args:
        fetcher: fetches the pictures.
    """

    def __init__(self, fetcher: ImageFetcher) -> None:
        self._fetcher = fetcher

    @override
    def fetch(self, address: str) -> bytes:
        with self._passing(address):
            return self._fetcher.fetch(address)

    @override
    def ask(self, address: str, known: Validators = NO_VALIDATORS) -> Fetched:
        with self._passing(address):
            return self._fetcher.ask(address, known)

    @override
    def revision(self, address: str) -> str:
        return self._fetcher.revision(address)

    @abstractmethod
    def _passing(self, address: str) -> AbstractContextManager[object]:
        """What is held while a picture is fetched; to get and enter it may wait, or be refused."""


class CatalogueFetcher(ImageFetcher):
    """Fetches pictures of catalogues: by web address, or by path below a folder if it has one."""

    def __init__(self, web: ImageFetcher, folder: ImageFetcher | None = None) -> None:
        self._web = web
        self._folder = folder

    def fetch(self, address: str) -> bytes:
        """The picture's bytes; see ``ImageFetcher`` for the errors."""
        return self._fetcher(address).fetch(address)

    def ask(self, address: str, known: Validators = NO_VALIDATORS) -> Fetched:
        """The picture, if it is not the version that is known."""
        return self._fetcher(address).ask(address, known)

    def revision(self, address: str) -> str:
        """The revision of a file; empty for a web address."""
        return self._fetcher(address).revision(address)

    def _fetcher(self, address: str) -> ImageFetcher:
        """The web fetcher gets whatever begins like a URL, and may refuse it."""
        if not is_path(address):
            return self._web
        if self._folder is None:
            raise UrlInvalidError(
                "Only web addresses are read here. Begin the address with http:// or https://, "
                "or upload the picture itself."
            )
        return self._folder
