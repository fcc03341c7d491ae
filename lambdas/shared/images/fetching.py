"""Where the bytes of a picture come from."""

from __future__ import annotations

from abc import ABC, abstractmethod


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
