"""The Lambda that loads a batch of an import."""

from __future__ import annotations

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.imports.loading import build_batch_loader
from lookalike.aws.registered_pictures import build_fingerprinter
from lookalike.aws.settings import LoadSettings, read_settings

_LATE_MILLISECONDS = 20_000
"""What is left to a function that begins with no further rows: time to give up the current ones."""


def _build(metrics: Metrics) -> Handler:
    settings = read_settings(LoadSettings)
    fingerprinter = build_fingerprinter(settings)
    loader = build_batch_loader(settings, fingerprinter)

    def handle(event: Event, context: LambdaContext) -> Answer:
        def is_late() -> bool:
            return context.get_remaining_time_in_millis() < _LATE_MILLISECONDS

        batch = loader.load(event["key"], is_late)
        metrics.add_metric("ImportedRows", MetricUnit.Count, batch.done + batch.unchanged)
        metrics.add_metric("RefusedRows", MetricUnit.Count, len(batch.failures))
        return {"rows": batch.rows}

    return handle


handler = entry_point("import_batch", _build)
