"""The interface of whatever computes fingerprints."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from lookalike.fingerprint.layout import HashRows
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.pictures import Fingerprint


class Fingerprinter(ABC):
    """Computes fingerprints of one algorithm version. Several threads may call it at once."""

    version: str

    @abstractmethod
    def fingerprint(self, picture: PreparedPicture) -> Fingerprint:
        """Compute what is stored of a picture."""

    @abstractmethod
    def query(self, picture: PreparedPicture) -> QueryFingerprint:
        """Compute what a picture is searched and verified with."""

    @abstractmethod
    def deep_rows(self, pictures: Sequence[PreparedPicture]) -> HashRows:
        """Compute the deep hashes alone that pictures are searched with, one row each.

        It takes a third of the time of ``query``.
        """
