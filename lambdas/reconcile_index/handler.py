"""The Lambda that a schedule calls to reconcile table and index."""

from __future__ import annotations

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.settings import FunctionSettings, read_settings
from lookalike.aws.sync import build_reconciler
from lookalike.storage.index_kind import IndexKind
from lookalike.sync.reconciliation_state import ReconciliationState


def _build(metrics: Metrics) -> Handler:
    settings = read_settings(FunctionSettings)
    reconciler = build_reconciler(settings)
    has_looks = IndexKind.OPENSEARCH in settings.indices

    def handle(_event: Event, context: LambdaContext) -> Answer:
        state = reconciler.run(lambda: context.get_remaining_time_in_millis() / 1000)
        if state.finished_at is not None:
            metrics.add_metric("Drift", MetricUnit.Count, state.behind + state.ahead)
            metrics.add_metric("Behind", MetricUnit.Count, state.behind)
            metrics.add_metric("Ahead", MetricUnit.Count, state.ahead)
            metrics.add_metric("Unrepaired", MetricUnit.Count, state.unrepaired)
            metrics.add_metric("SweptPictures", MetricUnit.Count, state.swept)
            if has_looks:
                _add_looks(metrics, state)
        return state.model_dump(mode="json")

    return handle


def _add_looks(metrics: Metrics, state: ReconciliationState) -> None:
    metrics.add_metric("LooksDrift", MetricUnit.Count, state.looks_behind + state.looks_ahead)
    metrics.add_metric("LooksBehind", MetricUnit.Count, state.looks_behind)
    metrics.add_metric("LooksAhead", MetricUnit.Count, state.looks_ahead)


handler = entry_point("reconcile_index", _build)
