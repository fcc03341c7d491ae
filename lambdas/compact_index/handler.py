"""The Lambda that a schedule calls to compact the small index."""

from __future__ import annotations

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.settings import FunctionSettings, read_settings
from lookalike.aws.small_index import build_compactor
from lookalike.aws.stores import dynamodb_client, s3_client


def _build(_metrics: Metrics) -> Handler:
    compactor = build_compactor(dynamodb_client(), s3_client(), read_settings(FunctionSettings))

    def handle(_event: Event, _context: LambdaContext) -> Answer:
        done = compactor.run()
        return {"pictures": done.count, "changes": done.changes}

    return handle


handler = entry_point("compact_index", _build)
