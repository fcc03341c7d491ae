"""Counts and versions of the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lookalike.storage.interfaces import Drift, Storage


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Counts and versions of the service at one moment.

    Attributes:
        products: the number of products.
        pictures: the number of distinct pictures, of all algorithm versions.
        outdated: the number of pictures of other algorithm versions, which no check finds.
        searchable: the number of pictures in the index, of this algorithm version.
        drift: how the index differs from the pictures of this algorithm version.
        algorithm_version: the version of the fingerprints that this service computes.
        service_version: the version of the program.
        uptime: seconds since this process started; on AWS, since its first request.
    """

    products: int
    pictures: int
    outdated: int
    searchable: int
    drift: Drift
    algorithm_version: str
    service_version: str
    uptime: float


class ServiceStatus:
    """Counts the products and pictures of a storage.

    Args:
        storage: keeps what is counted.
        algorithm_version: the version of the fingerprinter.
        service_version: the version of the program.
        monotonic: seconds that never run backwards; the uptime begins with the construction.
    """

    def __init__(
        self,
        storage: Storage,
        algorithm_version: str,
        service_version: str,
        monotonic: Callable[[], float],
    ) -> None:
        self._storage = storage
        self._algorithm_version = algorithm_version
        self._service_version = service_version
        self._monotonic = monotonic
        self._started = monotonic()

    def report(self) -> StatusReport:
        """Counts of this moment.

        Raises:
            StorageUnavailableError: a store does not answer.
        """
        pictures = self._storage.pictures.count()
        return StatusReport(
            products=self._storage.products.count(),
            pictures=pictures,
            outdated=max(0, pictures - self._storage.pictures.count(self._algorithm_version)),
            drift=self._storage.drift(),
            searchable=self._storage.vectors.count(),
            algorithm_version=self._algorithm_version,
            service_version=self._service_version,
            uptime=self._monotonic() - self._started,
        )
