"""Status of a deployment, whose counts come from the last reconciliation.

Counting both tables would read them whole, which costs too much for a request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lookalike.api.status.service import StatusReport
from lookalike.storage.interfaces import Drift, VectorIndex
from lookalike.sync.reconciliation_state import (
    NOT_RECONCILED,
    NotReconciledError,
    ReconciliationState,
)


@dataclass(frozen=True, slots=True)
class DeployedReport:
    """A status with the counts of the last reconciliation.

    Attributes:
        report: the status; only ``searchable`` is current.
        compared_ago: seconds since that reconciliation ended.
    """

    report: StatusReport
    compared_ago: float


class DeployedStatus:
    """Reports the counts of the last reconciliation.

    Args:
        last: reads the last reconciliation that has ended.
        vectors: the index, which counts its own pictures.
        algorithm_version: the version of the fingerprinter.
        service_version: the version of the program.
        clock: seconds since the epoch (UTC). The uptime begins with the first request, since a
            snapshot may keep a constructed object for weeks.
    """

    def __init__(
        self,
        last: Callable[[], ReconciliationState | None],
        vectors: VectorIndex,
        algorithm_version: str,
        service_version: str,
        clock: Callable[[], float],
    ) -> None:
        self._last = last
        self._vectors = vectors
        self._algorithm_version = algorithm_version
        self._service_version = service_version
        self._clock = clock
        self._started: float | None = None

    def note_request(self) -> float:
        """Start the uptime unless an earlier request has done so, and return its start."""
        if self._started is None:
            self._started = self._clock()
        return self._started

    def report(self) -> DeployedReport:
        """The counts of the last reconciliation.

        Raises:
            NotReconciledError: no reconciliation has ended yet.
            StorageUnavailableError: a store does not answer.
        """
        started = self.note_request()
        last = self._last()
        if last is None or last.finished_at is None:
            raise NotReconciledError(NOT_RECONCILED)
        now = self._clock()
        report = StatusReport(
            products=last.products,
            pictures=last.pictures,
            outdated=last.outdated,
            searchable=self._vectors.count(),
            drift=Drift(last.behind, last.ahead),
            algorithm_version=self._algorithm_version,
            service_version=self._service_version,
            uptime=now - started,
        )
        return DeployedReport(report, compared_ago=now - last.finished_at)
