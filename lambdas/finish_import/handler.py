"""The Lambda that says how an import has ended."""

from __future__ import annotations

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.imports.last_step import LastStep
from lookalike.aws.imports.parts import build_ending
from lookalike.aws.settings import ImportSettings, read_settings


def _build(metrics: Metrics) -> Handler:
    ending = build_ending(read_settings(ImportSettings))

    def handle(event: Event, _context: LambdaContext) -> Answer:
        told = LastStep.of(event)
        left = ending.finish(told.import_id, told.attempt, told.error)
        metrics.add_metric("RowsLeft", MetricUnit.Count, left)
        return {"rows_left": left}

    return handle


handler = entry_point("finish_import", _build)
