"""The Lambda that divides what a search for duplicates compares into batches."""

from __future__ import annotations

from dataclasses import asdict

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.duplicates.steps import build_preparation
from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.settings import DuplicateSettings, read_settings


def _build(_metrics: Metrics) -> Handler:
    preparation = build_preparation(read_settings(DuplicateSettings))
    lists = {"pictures": preparation.list_pictures, "pairs": preparation.list_pairs}

    def handle(event: Event, _context: LambdaContext) -> Answer:
        return asdict(lists[event["list"]](event["run_id"]))

    return handle


handler = entry_point("prepare_duplicates", _build)
