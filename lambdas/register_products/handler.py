"""The Lambda on the stream of the products table: items that another program writes."""

from __future__ import annotations

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.registered_pictures import build_fingerprinter
from lookalike.aws.registering import build_written_products
from lookalike.aws.settings import RegisterSettings, read_settings
from lookalike.sync.stream_records import sequence_number


def _build(metrics: Metrics) -> Handler:
    settings = read_settings(RegisterSettings)
    fingerprinter = build_fingerprinter(settings)
    written = build_written_products(settings, fingerprinter)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        records = event["Records"]
        outcome = written.apply(records)
        metrics.add_metric("RegisteredItems", MetricUnit.Count, outcome.registered)
        metrics.add_metric("RefusedItems", MetricUnit.Count, outcome.refused)
        if outcome.is_over:
            return {"batchItemFailures": []}
        return {"batchItemFailures": [{"itemIdentifier": sequence_number(records[0])}]}

    return handle


handler = entry_point("register_products", _build)
