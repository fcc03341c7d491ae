"""Embedding the pictures of a deployment, for ``lookalike index embed``."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from lookalike.errors import SettingInvalidError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lookalike.search.models.registry import Models
    from lookalike.storage.scan_progress import ProgressFile, ScanProgress
    from lookalike.terminal import Advance

SHOWN = 100
"""Refused pictures that are shown."""
_FOUND = (
    "Searches find them after the next reconciliation, or where `lookalike index rebuild-looks` "
    "has filled their index."
)
_NOT_FOUND = (
    "Searches find them where `lookalike index rebuild-looks` has filled their index; with --stack "
    "after the next reconciliation, too."
)


@dataclass(frozen=True, slots=True)
class TablePlace:
    """The table of pictures of a deployment.

    Attributes:
        name: of the table.
        region: of AWS; ``None``: that of boto3's session.
        imports: the table in which its reconciliations are noted; ``None``: it is not known.
    """

    name: str
    region: str | None
    imports: str | None = None


def embed_table(
    place: TablePlace, models: Models, file: ProgressFile, workers: int, *, again: bool
) -> int:
    """Embed the pictures of a table that lack it; how many a model refuses.

    However it ends, the next reconciliation is told to index what is embedded.

    Args:
        place: the table.
        models: of the configuration.
        file: of the progress; removed at the end.
        workers: parts of the table that are read at once.
        again: whether models are asked again for what they have refused.

    Raises:
        SettingInvalidError: the configuration has no models, or the file is of other ones.
        TransientError: the table or a model does not answer; the same call goes on.
    """
    from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
    from lookalike.aws.stores import dynamodb_client, embeddings_of_table
    from lookalike.aws.table_embedding import TableEmbedding
    from lookalike.fingerprint.network import Network
    from lookalike.storage.scan_progress import ScanProgress
    from lookalike.terminal import console, counted, progress_bar

    if not models.by_name:
        raise SettingInvalidError("models.toml names no model.")
    versions = " and ".join(sorted(each.space.version for each in models.by_name.values()))
    begun = file.read(ScanProgress(place.name, _asked(versions, again=again), workers))
    client = dynamodb_client(place.region)
    pictures = embeddings_of_table(client, place.name)
    embedding = TableEmbedding(pictures, models, Network.load(), again)
    start = time.monotonic()
    try:
        with progress_bar(None, "Embedding") as advance:
            told = _Told(file, advance, begun)
            embedding.run(begun, workers, told.on_page)
    finally:
        if place.imports:
            DynamodbReconciliationStore(client, place.imports).note_embedding_run(uuid4().hex)
    file.remove()
    last, seconds = told.last, time.monotonic() - start
    count = last.records - begun.records
    console.print(
        f"{counted(count, 'picture')} embedded by {versions}, {count / max(seconds, 0.001):,.0f} a "
        f"second; {last.refused:,} refused."
    )
    console.print(_FOUND if place.imports else _NOT_FOUND)
    return last.refused


def _asked(versions: str, *, again: bool) -> str:
    """What a run asks for, in words: one that asks again goes on with no other."""
    return f"{versions}, asked again" if again else versions


@dataclass(slots=True)
class _Told:
    """What was told of a run so far.

    Attributes:
        file: of the progress.
        advance: moves the bar.
        last: the progress.
    """

    file: ProgressFile
    advance: Advance
    last: ScanProgress

    def on_page(self, now: ScanProgress, refused: Mapping[str, str]) -> None:
        """Save the progress, and show what is refused."""
        from lookalike.terminal import errors

        self.file.save(now)
        self.advance(now.records - self.last.records, now.refused)
        for number, (fingerprint_id, why) in enumerate(refused.items(), self.last.refused):
            if number < SHOWN:
                errors.print(f"Refused: {fingerprint_id}. {why}")
        self.last = now


def read_models_of(path: Path | None) -> Models:
    """The models of a file, else those that the environment names, else the built-in one.

    Raises:
        SettingInvalidError: the file or a model that it names cannot be used.
    """
    from lookalike.search.models.registry import build_models, read_models, read_settings

    return build_models(read_settings(path), path.parent) if path else read_models()
