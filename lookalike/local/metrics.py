"""What Prometheus reads about the service, and what is counted for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from lookalike.local.http_server.request_note import RequestNote

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Seconds; a request is given up after the last."""
_NO_ROUTE = "none"
_GONE = "gone"

Labelled = Mapping[tuple[str, ...], float]
"""Values by the values of their labels; one value without labels has the key ``()``."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """Something that is read when Prometheus asks.

    Attributes:
        name: of the metric, without the prefix.
        words: what it says.
        read: its values.
        labels: names of labels.
        is_count: whether it only grows while the process runs.
    """

    name: str
    words: str
    read: Callable[[], Labelled]
    labels: tuple[str, ...] = ()
    is_count: bool = False


def one(read: Callable[[], float]) -> Callable[[], Labelled]:
    """A value without labels."""
    return lambda: {(): read()}


class _Measurements(Collector):
    def __init__(self, measurements: Iterable[Measurement]) -> None:
        self._measurements = tuple(measurements)

    @override
    def collect(self) -> Iterable[Metric]:
        for each in self._measurements:
            kind = CounterMetricFamily if each.is_count else GaugeMetricFamily
            family = kind(f"lookalike_{each.name}", each.words, labels=each.labels)
            for labels, value in each.read().items():
                family.add_metric(labels, value)
            yield family


class Metrics:
    """The metrics of one service, in a registry of their own.

    Args:
        measurements: what is read when Prometheus asks.
    """

    def __init__(self, measurements: Iterable[Measurement] = ()) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._requests = Counter(
            "lookalike_requests",
            "Requests that have ended, by route and status.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "lookalike_request_seconds",
            "Time from the head of a request to its answer.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._registry.register(_Measurements(measurements))

    def count(self, note: RequestNote) -> None:
        """Count a request that has ended."""
        # Whatever else a client may write as its method or path must not become a label.
        method, _, route = (note.route or f"{_NO_ROUTE} {_NO_ROUTE}").partition(" ")
        self._requests.labels(method, route, str(note.status or _GONE)).inc()
        self._seconds.labels(method, route).observe(note.seconds)

    def text(self) -> str:
        """All metrics in the text format of Prometheus.

        Raises:
            StorageUnavailableError: the storage cannot be counted.
        """
        return generate_latest(self._registry).decode()
