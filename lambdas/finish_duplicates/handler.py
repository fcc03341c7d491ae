"""The Lambda that groups what a search for duplicates has found."""

from __future__ import annotations

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.duplicates.steps import build_ending
from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.settings import DuplicateSettings, read_settings


def _build(_metrics: Metrics) -> Handler:
    ending = build_ending(read_settings(DuplicateSettings))

    def handle(event: Event, _context: LambdaContext) -> Answer:
        state = ending.finish(event["run_id"], event.get("error", {}).get("Error", ""))
        return {"state": state.value}

    return handle


handler = entry_point("finish_duplicates", _build)
