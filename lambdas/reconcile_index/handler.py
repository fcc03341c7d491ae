"""The Lambda that reconciles table and index: a part of the work, or all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.settings import ReconcileSettings, read_settings
from lookalike.aws.sync import build_reconciler
from lookalike.storage.index_kind import IndexKind
from lookalike.sync.reconciliation_state import ReconciliationState


def _build(metrics: Metrics) -> Handler:
    settings = read_settings(ReconcileSettings)
    reconciler = build_reconciler(settings)
    has_looks = IndexKind.OPENSEARCH in settings.indices

    def told(state: ReconciliationState) -> dict[str, Any]:
        if state.finished_at is not None:
            _count(metrics, state, has_looks=has_looks)
        return state.model_dump(mode="json", exclude={"differing", "checksums", "bounds"})

    def plan(event: Event, _context: LambdaContext) -> Answer:
        made = reconciler.plan(event["worker"])
        return {**told(made.state), "left": made.parts}

    def work(event: Event, context: LambdaContext) -> Answer:
        part = reconciler.work(event["part"], _seconds_left(context))
        return {"is_done": part is None or part.is_done}

    def run(_event: Event, context: LambdaContext) -> Answer:
        return told(reconciler.run(_seconds_left(context)))

    steps: Mapping[str, Callable[[Event, LambdaContext], Answer]] = {"plan": plan, "work": work}

    def handle(event: Event, context: LambdaContext) -> Answer:
        return steps.get(event.get("step", ""), run)(event, context)

    return handle


def _seconds_left(context: LambdaContext) -> Callable[[], float]:
    return lambda: context.get_remaining_time_in_millis() / 1000


def _count(metrics: Metrics, state: ReconciliationState, *, has_looks: bool) -> None:
    metrics.add_metric("Drift", MetricUnit.Count, state.behind + state.ahead)
    metrics.add_metric("Behind", MetricUnit.Count, state.behind)
    metrics.add_metric("Ahead", MetricUnit.Count, state.ahead)
    metrics.add_metric("Unrepaired", MetricUnit.Count, state.unrepaired)
    metrics.add_metric("SweptPictures", MetricUnit.Count, state.swept)
    if has_looks:
        metrics.add_metric("LooksDrift", MetricUnit.Count, state.looks_behind + state.looks_ahead)
        metrics.add_metric("LooksBehind", MetricUnit.Count, state.looks_behind)
        metrics.add_metric("LooksAhead", MetricUnit.Count, state.looks_ahead)


handler = entry_point("reconcile_index", _build)
