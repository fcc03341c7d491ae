"""What the metrics of a service say beside its requests."""

from __future__ import annotations

from collections.abc import Callable

from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.isolation.pool import DecodePool
from lookalike.local.metrics import Labelled, Measurement, one
from lookalike.local.overload.permits import Permits
from lookalike.storage.interfaces import Storage
from lookalike.storage.sqlite.storage import EmbeddedStorage


def load_measurements(
    waiting: Callable[[], int], permits: Permits, decoders: DecodePool
) -> list[Measurement]:
    """What says how busy the service is.

    Args:
        waiting: requests that wait for a thread.
        permits: to compute.
        decoders: prepare pictures.
    """
    return [
        Measurement("requests_waiting", "Requests that wait for a thread.", one(waiting)),
        Measurement(
            "computations_waiting",
            "Requests that wait for a core.",
            one(lambda: permits.waiting),
        ),
        Measurement("decoders", "Decoders that run.", one(lambda: decoders.running)),
        Measurement(
            "decoder_deaths",
            "Pictures that have ended their decoder.",
            one(lambda: decoders.deaths),
            is_count=True,
        ),
    ]


def catalogue_measurements(storage: Storage) -> list[Measurement]:
    """What counts the catalogue and its imports."""
    return [
        Measurement("products", "Products of the catalogue.", one(storage.products.count)),
        Measurement("pictures", "Different pictures.", one(storage.pictures.count)),
        Measurement(
            "pictures_current",
            "Pictures of the algorithm version of this release, which checks find.",
            one(lambda: storage.pictures.count(ALGORITHM_VERSION)),
        ),
        Measurement(
            "imports_running",
            "Imports of the service that run or wait.",
            one(lambda: len(storage.imports.running())),
        ),
        Measurement(
            "import_rows_left",
            "Rows of these imports that are still to be read.",
            one(lambda: sum((run.total or 0) - run.settled for run in storage.imports.running())),
        ),
    ]


def event_measurements(storage: EmbeddedStorage) -> list[Measurement]:
    """What counts events, and what webhooks have not got."""

    def not_received() -> Labelled:
        return {
            (webhook_id, state): count
            for webhook_id, backlog in storage.webhooks.backlogs().items()
            for state, count in (
                ("queued", backlog.queued),
                ("dead", backlog.dead),
                ("behind", backlog.behind),
            )
        }

    return [
        Measurement("events", "Events so far.", one(storage.events.last), is_count=True),
        Measurement(
            "webhook_events",
            "Events that a webhook has not got: queued, dead letters, and those behind.",
            not_received,
            labels=("webhook", "state"),
        ),
    ]
