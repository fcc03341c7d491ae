"""The Lambda that a schedule calls to reconcile table and index."""

from __future__ import annotations

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.settings import FunctionSettings, read_settings
from lookalike.aws.sync import build_reconciler


def _build(metrics: Metrics) -> Handler:
    reconciler = build_reconciler(read_settings(FunctionSettings))

    def handle(_event: Event, context: LambdaContext) -> Answer:
        state = reconciler.run(lambda: context.get_remaining_time_in_millis() / 1000)
        if state.finished_at is not None:
            metrics.add_metric("Drift", MetricUnit.Count, state.behind + state.ahead)
            metrics.add_metric("Behind", MetricUnit.Count, state.behind)
            metrics.add_metric("Ahead", MetricUnit.Count, state.ahead)
            metrics.add_metric("Unrepaired", MetricUnit.Count, state.unrepaired)
            metrics.add_metric("SweptPictures", MetricUnit.Count, state.swept)
        return state.model_dump(mode="json")

    return handle


handler = entry_point("reconcile_index", _build)
