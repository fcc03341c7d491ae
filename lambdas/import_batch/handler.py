"""The Lambda that loads a batch of an import, or deletes one of what left the feed of a sync."""

from __future__ import annotations

from collections.abc import Mapping

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.imports.batch_hosts import HostsBusyError, pause_after
from lookalike.aws.imports.files import BATCHES
from lookalike.aws.imports.loading import build_batch_work
from lookalike.aws.imports.sync_files import DELETIONS
from lookalike.aws.registered_pictures import build_fingerprinter
from lookalike.aws.settings import LoadSettings, read_settings

_LATE_MILLISECONDS = 20_000
"""What is left to a function that begins with no further rows: time to give up the current ones."""


def _build(metrics: Metrics) -> Handler:
    settings = read_settings(LoadSettings)
    loader, deletion = build_batch_work(settings, build_fingerprinter(settings))

    def load(event: Event, context: LambdaContext) -> Answer:
        def is_late() -> bool:
            return context.get_remaining_time_in_millis() < _LATE_MILLISECONDS

        try:
            batch = loader.load(event["key"], is_late)
        except HostsBusyError:
            metrics.add_metric("BusyBatches", MetricUnit.Count, 1)
            return {"pause": pause_after(event.get("done", {}).get("pause", 0))}
        metrics.add_metric("ImportedRows", MetricUnit.Count, batch.done + batch.unchanged)
        metrics.add_metric("RefusedRows", MetricUnit.Count, len(batch.failures))
        return {"pause": 0}

    def delete(event: Event, _context: LambdaContext) -> Answer:
        deleted = deletion.delete(event["key"])
        metrics.add_metric("DeletedProducts", MetricUnit.Count, deleted)
        return {"deleted": deleted}

    work: Mapping[str, Handler] = {BATCHES: load, DELETIONS: delete}

    def handle(event: Event, context: LambdaContext) -> Answer:
        folder, slash, _ = event["key"].partition("/")
        return work[folder + slash](event, context)

    return handle


handler = entry_point("import_batch", _build)
