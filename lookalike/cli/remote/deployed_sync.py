"""A deployment that makes its catalogue equal to a feed by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

from lookalike.api.imports.models import ImportAnswer
from lookalike.cli.remote.imports import RemoteImports
from lookalike.storage.import_runs import FailedRow, ImportMode
from lookalike.storage.run_state import RunState

_FIRST_PAUSES = (0.1, 0.2, 0.5, 1.0)
_PAUSE = 2.0
"""Seconds between two looks at the progress."""


@dataclass(frozen=True, slots=True)
class DeployedSync:
    """A feed that the deployment has.

    Attributes:
        imports: of the deployment.
        parameters: of ``POST /imports``: where the feed is, and what the sync may do.
        pause: waits for some seconds.
    """

    imports: RemoteImports
    parameters: Mapping[str, Any]
    pause: Callable[[float], None] = time.sleep

    def run(
        self,
        on_progress: Callable[[ImportAnswer], None],
        should_stop: Callable[[], bool],
        *,
        dry_run: bool,
    ) -> ImportAnswer:
        """Let the deployment work, and return how that has ended; what is stopped ends there, too.

        Args:
            on_progress: called again and again.
            should_stop: asked again and again.
            dry_run: only let it count what it would do.

        Raises:
            RemoteRefusedError: it refuses the feed.
            RemoteUnavailableError: it is away; the sync goes on there.
        """
        how = {"mode": ImportMode.SYNC.value, "dry_run": str(dry_run).lower()}
        progress = self.imports.begin(params={**self.parameters, **how})
        for pause in chain(_FIRST_PAUSES, repeat(_PAUSE)):
            on_progress(progress)
            if progress.state is not RunState.RUNNING:
                break
            if should_stop():
                return self.imports.stop(progress.id)
            self.pause(pause)
            progress = self.imports.progress(progress.id)
        return progress

    def failures(self, import_id: str) -> Iterator[FailedRow]:
        """The rows, and pictures of rows, that it has refused."""
        for failure in self.imports.failures(import_id):
            yield FailedRow(**failure.model_dump())
