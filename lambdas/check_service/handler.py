"""The Lambda that a schedule calls to check that the whole service works."""

from __future__ import annotations

import os

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.service_check import (
    API_KEY_ID,
    FOUND_AFTER,
    SERVICE_URL,
    ServiceCheck,
    read_api_key,
)


def _build(metrics: Metrics) -> Handler:
    url = os.environ[SERVICE_URL]
    key_id = os.environ[API_KEY_ID]

    def handle(event: Event, _context: LambdaContext) -> Answer:
        # Operators may name another address: that of an emulator, say.
        check = ServiceCheck(event.get("url", url), read_api_key(key_id))
        seconds = check.run()
        metrics.add_metric(FOUND_AFTER, MetricUnit.Seconds, seconds)
        return {"found_after_seconds": round(seconds, 1)}

    return handle


handler = entry_point("check_service", _build)
