"""The Lambda on the stream of the pictures table."""

from __future__ import annotations

import time

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.settings import SyncSettings, read_settings
from lookalike.aws.sync import build_stream_follower
from lookalike.sync.stream_records import created_at, sequence_number


def _build(metrics: Metrics) -> Handler:
    follower = build_stream_follower(read_settings(SyncSettings))

    def handle(event: Event, _context: LambdaContext) -> Answer:
        records = event["Records"]
        outcome = follower.handle_batch(records)
        metrics.add_metric("AppliedRecords", MetricUnit.Count, outcome.applied)
        metrics.add_metric("FailedRecords", MetricUnit.Count, outcome.rejected)
        moments = [moment for moment in map(created_at, records) if moment is not None]
        if moments:
            metrics.add_metric("RecordAge", MetricUnit.Seconds, time.time() - min(moments))
        if outcome.retry_from is None:
            return {"batchItemFailures": []}
        first = sequence_number(records[outcome.retry_from])
        return {"batchItemFailures": [{"itemIdentifier": first}]}

    return handle


handler = entry_point("index_pictures", _build)
