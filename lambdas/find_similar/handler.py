"""The Lambda behind all routes but those of products, decisions, imports and duplicates."""

from __future__ import annotations

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.find_similar.wiring import build_parts, find_similar
from lookalike.aws.api import api_handler
from lookalike.aws.entry_point import Answer, Event, Handler, entry_point, is_snapshotted
from lookalike.aws.settings import CheckSettings, read_settings
from lookalike.aws.warming import warm_up_matcher


def _build(metrics: Metrics) -> Handler:
    settings = read_settings(CheckSettings)
    parts = build_parts(settings)
    if is_snapshotted():
        warm_up_matcher(parts.matcher, parts.reader.read)
    answer = api_handler(find_similar(parts, settings.cors_origin), metrics)

    def handle(event: Event, context: LambdaContext) -> Answer:
        parts.status.note_request()
        return answer(event, context)

    return handle


handler = entry_point("find_similar", _build, correlation_paths.API_GATEWAY_REST)
