"""What can be said of the service as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lookalike.storage.interfaces import Drift, Storage


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The service at one moment.

    Attributes:
        products: how many there are.
        pictures: how many distinct ones, of all algorithm versions.
        outdated: those of another version than this service computes: nothing finds them.
        searchable: how many pictures the index knows in this algorithm version.
        drift: how the index differs from the pictures of this algorithm version.
        algorithm_version: of the fingerprints that this service computes.
        service_version: of the program.
        uptime: seconds since this process began to serve; deployed, since its first request.
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
    """Counts what there is.

    Args:
        storage: what is counted.
        algorithm_version: of the fingerprinter that is used.
        service_version: of the program.
        monotonic: seconds that never run backwards; uptime counts from the construction on.
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
        """The service as it is now.

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
