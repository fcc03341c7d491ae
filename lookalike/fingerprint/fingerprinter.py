"""The interface of whatever computes fingerprints."""

from __future__ import annotations

from abc import ABC, abstractmethod

from lookalike.fingerprint.query_fingerprint import DeferredQuery, QueryFingerprint
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
    def deferred_query(self, picture: PreparedPicture) -> DeferredQuery:
        """Compute the deep hash of a picture, and the rest of ``query`` when it is asked for.

        It takes half of the time of ``query``.
        """
