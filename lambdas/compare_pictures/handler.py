"""The Lambda that compares the pictures of a batch."""

from __future__ import annotations

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.duplicates.steps import build_comparison
from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.settings import DuplicateSettings, read_settings


def _build(metrics: Metrics) -> Handler:
    comparison = build_comparison(read_settings(DuplicateSettings))

    def handle(event: Event, _context: LambdaContext) -> Answer:
        compared = comparison.work_on(event["key"])
        metrics.add_metric("ComparedPictures", MetricUnit.Count, compared)
        return {"compared": compared}

    return handle


handler = entry_point("compare_pictures", _build)
