"""The service that is filled: its imports, and what proves that they are whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from lookalike.api.imports.models import FailureAnswer, ImportAnswer
from lookalike.cli.remote.connection import Connection, ServiceRetryPolicy
from lookalike.cli.remote.errors import RemoteRefusedError
from lookalike.cli.remote.imports import RemoteImports
from lookalike.cli.remote.uploads import MAX_SENT_BYTES
from lookalike.storage.run_state import RunState


class Backfill:
    """Imports of a service, on one machine or on AWS.

    Args:
        url: of the service.
        api_key: where it needs one.
        pause: waits for a number of seconds.
    """

    def __init__(
        self, url: str, api_key: str | None = None, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._imports = RemoteImports(Connection(url, api_key, ServiceRetryPolicy(retries=5)))
        self._pause = pause

    def start(self, manifest: Path | str) -> ImportAnswer:
        """Begin to load a file.

        Args:
            manifest: a file here, or the address of one in the bucket of imports (``s3://…``).

        Raises:
            RemoteRefusedError: the service refuses it.
            RemoteUnavailableError: it is away.
        """
        if isinstance(manifest, str):
            return self._imports.begin(params={"source": manifest})
        content = manifest.read_bytes()
        is_large = len(content) > MAX_SENT_BYTES
        source = self._imports.uploaded(BytesIO(content)) if is_large else None
        if source:
            return self._imports.begin(params={"source": source})
        return self._imports.begin(
            data=content, headers={"Content-Type": "application/octet-stream"}
        )

    def progress(self, import_id: str) -> ImportAnswer:
        """How far an import is."""
        return self._imports.progress(import_id)

    def watch(self, import_id: str, seconds: float = 5) -> Iterator[ImportAnswer]:
        """The progress, again and again until the import has ended.

        Args:
            import_id: of the import.
            seconds: between two looks.
        """
        while True:
            progress = self.progress(import_id)
            yield progress
            if progress.state is not RunState.RUNNING:
                return
            self._pause(seconds)

    def stop(self, import_id: str) -> ImportAnswer:
        """End an import; what it has loaded stays."""
        return self._imports.stop(import_id)

    def resume(self, import_id: str, manifest: Path | str, *, failed: bool = False) -> ImportAnswer:
        """Go on with an import that has ended.

        On one machine the file is sent again: what is loaded is passed over.

        Args:
            import_id: of the import.
            manifest: as for ``start``.
            failed: also try again the rows that were refused.
        """
        try:
            return self._imports.resume(import_id, failed=failed)
        except RemoteRefusedError as error:
            if error.reason != "bad_parameter":
                raise
            return self.start(manifest)

    def failures(self, import_id: str) -> Iterator[FailureAnswer]:
        """All rows that were refused."""
        return self._imports.failures(import_id)


def told(progress: ImportAnswer) -> str:
    """The progress in one line."""
    total = "?" if progress.total is None else f"{progress.total:,}"
    rate = f", {progress.rows_per_second:,} a second" if progress.rows_per_second else ""
    left = f", {progress.seconds_left / 60:,.0f} minutes left" if progress.seconds_left else ""
    detail = f": {progress.detail}" if progress.detail else ""
    return (
        f"{progress.state}, {progress.done:,} done, {progress.unchanged:,} unchanged, "
        f"{progress.failed:,} refused of {total}{rate}{left}{detail}"
    )
