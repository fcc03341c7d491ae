"""Status of a deployment, where counting everything at each request would cost too much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lookalike.api.status.service import StatusReport
from lookalike.storage.interfaces import Drift, VectorIndex
from lookalike.sync.reconciliation import NOT_COMPARED, NotComparedError, Reconciliation


@dataclass(frozen=True, slots=True)
class DeployedReport:
    """A status as of the last comparison of table and index.

    Attributes:
        report: what was counted then; only ``searchable`` is of now.
        compared_ago: seconds since that comparison ended.
    """

    report: StatusReport
    compared_ago: float


class DeployedStatus:
    """Says what the last comparison counted: a scan of the tables is for the schedule.

    Args:
        last: the last comparison that reached its end.
        vectors: the index, which knows how many pictures it has.
        algorithm_version: of the fingerprinter that is used.
        service_version: of the program.
        clock: seconds since the epoch (UTC); uptime counts from the first request on, since a
            snapshot may have kept what was constructed for weeks.
    """

    def __init__(
        self,
        last: Callable[[], Reconciliation | None],
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
        """Start the clock of the uptime, unless an earlier request has; when that was."""
        if self._started is None:
            self._started = self._clock()
        return self._started

    def report(self) -> DeployedReport:
        """The service as it was last counted.

        Raises:
            NotComparedError: it never was.
            StorageUnavailableError: a store does not answer.
        """
        started = self.note_request()
        last = self._last()
        if last is None or last.finished_at is None:
            raise NotComparedError(NOT_COMPARED)
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
