"""The event that an import of the service has ended."""

from __future__ import annotations

from lookalike.storage.events import Event, EventType
from lookalike.storage.import_runs import ImportRun


def finished_events(run: ImportRun, now: float) -> list[Event]:
    """What there is to tell of a run that has ended at a time (seconds since the epoch, UTC).

    A dry run has changed nothing, and is not told of.
    """
    if run.dry_run:
        return []
    data = {
        "import_id": run.import_id,
        "state": run.state.value,
        "total": run.total,
        "done": run.done,
        "unchanged": run.unchanged,
        "failed": run.failed,
        "deleted": run.deleted,
    }
    return [Event.new(EventType.IMPORT_FINISHED, run.import_id, data, now)]
