"""The Lambda that divides the catalogue of an import into batches."""

from __future__ import annotations

from dataclasses import asdict

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Answer, Event, Handler, entry_point
from lookalike.aws.imports.parts import import_files, import_runs, sync_files
from lookalike.aws.imports.preparation import ImportPreparation
from lookalike.aws.settings import ImportSettings, read_settings


def _build(_metrics: Metrics) -> Handler:
    settings = read_settings(ImportSettings)
    files, syncs = import_files(settings), sync_files(settings)
    preparation = ImportPreparation(files, syncs, import_runs(settings))

    def handle(event: Event, _context: LambdaContext) -> Answer:
        import_id, attempt = event["import_id"], event["attempt"]
        return asdict(preparation.prepare(import_id, attempt, retry_failed=event["retry_failed"]))

    return handle


handler = entry_point("prepare_import", _build)
