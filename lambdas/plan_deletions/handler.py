"""The Lambda that finds what left the feed of a sync, and says whether so much may be deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.imports.parts import build_deletion_plan
from lookalike.aws.settings import ImportSettings, read_settings


def _build(_metrics: Metrics) -> Handler:
    plan = build_deletion_plan(read_settings(ImportSettings))

    def compare(event: Event) -> Answer:
        return asdict(plan.compare(event["import_id"], event["segment"]))

    def allow(event: Event) -> Answer:
        is_allowed = plan.allow(event["import_id"], event["attempt"], event["compared"])
        return {"allowed": is_allowed}

    def list_deletions(event: Event) -> Answer:
        return asdict(plan.list_deletions(event["import_id"], event["attempt"]))

    steps: Mapping[str, Callable[[Event], Answer]] = {
        "compare": compare,
        "allow": allow,
        "list": list_deletions,
    }

    def handle(event: Event, _context: LambdaContext) -> Answer:
        return steps[event["step"]](event)

    return handle


handler = entry_point("plan_deletions", _build)
