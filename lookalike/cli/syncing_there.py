"""``lookalike sync`` where a deployment does the work: the feed is sent once, and then watched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import IO, Any, cast

from lookalike.api.imports.models import ImportAnswer
from lookalike.catalogue.feed_scope import FeedScope
from lookalike.catalogue.max_deletions import MaxDeletions
from lookalike.cli.catalogue_loading import Loading, OpenedCatalogue
from lookalike.cli.failures import FailureReport
from lookalike.cli.output import say_waiting
from lookalike.cli.remote.connection import Connection, ServiceRetryPolicy
from lookalike.cli.remote.deployed_sync import DeployedSync
from lookalike.cli.remote.imports import RemoteImports
from lookalike.cli.remote.waiting import Waiting
from lookalike.cli.sync_report import SyncTotals, forecast_in_words, tell_held_up
from lookalike.cli.termination import stop_requests
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.errors import PermanentError
from lookalike.local.feed_sync.plan import SyncPlan
from lookalike.storage.run_state import RunState
from lookalike.terminal import progress_bar


class SyncFailedError(PermanentError):
    """The deployment has not reached the end of a sync."""

    code = "sync_failed"
    title = "Sync failed"


def deployed_sync(
    loading: Loading, feed: OpenedCatalogue, scope: FeedScope, most: MaxDeletions
) -> DeployedSync | None:
    """The sync that a deployment at ``--url`` can do by itself; ``None``: rows are sent one by one.

    So they are to a service on one machine, and where the deployment would not have the pictures
    or would read the feed otherwise.

    Raises:
        RemoteRefusedError: the service refuses the feed.
        RemoteUnavailableError: it is away.
    """
    reads_otherwise = loading.encoding or loading.read_pictures or not loading.refresh_after
    if not loading.url or loading.root or reads_otherwise:
        return None
    # Without many retries: who mistypes an address should not wait for them.
    first = RemoteImports(Connection(loading.url, loading.api_key, ServiceRetryPolicy()))
    source = first.uploaded(cast("IO[bytes]", feed.source))  # a folder is its own root
    if source is None:
        return None
    policy = Waiting(say_waiting).retry_policy()
    imports = RemoteImports(Connection(loading.url, loading.api_key, policy))
    parameters = {
        "source": source,
        "max_deletions": str(most),
        "filter": [f"{name}:{value}" for name, value in sorted(scope.attributes)],
        "columns": [f"{name}={column}" for name, column in feed.columns.items()],
        **_checking(loading),
    }
    return DeployedSync(imports, parameters)


def sync_there(
    loading: Loading,
    sync: DeployedSync,
    plan: SyncPlan,
    what: Mapping[str, Any],
    *,
    dry_run: bool,
) -> None:
    """Let the deployment work, and report what it has done, or would do.

    Args:
        loading: the options of the command.
        sync: that the deployment can do.
        plan: has read the feed.
        what: was recognised of it.
        dry_run: only count.

    Raises:
        SyncFailedError: the deployment has refused it, or could not go on.
        typer.Exit: rows were refused.
    """
    with loading.report() as report:
        ended = _watched(sync, plan, dry_run=dry_run)
        for failure in sync.failures(ended.id):
            report.add([failure])
        if ended.state is not RunState.DONE:
            raise SyncFailedError(ended.detail or "Somebody has cancelled the sync.")
    if dry_run:
        loading.conclude({**_forecast(ended), **what}, forecast_in_words(ended), report)
        return
    tell_held_up(plan)
    flagged = None if loading.on_duplicate is OnDuplicate.FLAG else 0  # it does not say how many
    totals = _totals(ended, report, {**what, "flagged": flagged})
    loading.conclude(asdict(totals), totals.in_words(), report)


def _checking(loading: Loading) -> dict[str, str]:
    policy = loading.on_duplicate or OnDuplicate.ACCEPT
    return {"check": "true", "on_duplicate": policy.value} if loading.check else {}


def _watched(sync: DeployedSync, plan: SyncPlan, *, dry_run: bool) -> ImportAnswer:
    """How the sync has ended; after a signal, ``Stopped`` or ``Terminated`` is raised."""
    what, shown = "Comparing" if dry_run else "Synchronising", 0
    with progress_bar(plan.rows, what) as advance, stop_requests() as request:

        def on_progress(progress: ImportAnswer) -> None:
            nonlocal shown
            settled = progress.done + progress.unchanged + progress.failed
            advance(settled - shown, progress.failed)
            shown = settled

        ended = sync.run(on_progress, request.is_received, dry_run=dry_run)
    request.raise_it()
    return ended


def _forecast(ended: ImportAnswer) -> dict[str, Any]:
    """What the sync would do, for programs."""
    return {
        "rows": ended.total,
        "added_or_changed": ended.done,
        "unchanged": ended.unchanged,
        "failed": ended.failed,
        "deleted": ended.deleted,
        "detail": ended.detail,
    }


def _totals(ended: ImportAnswer, report: FailureReport, what: Mapping[str, Any]) -> SyncTotals:
    refused = sum(report.counts.values())
    return SyncTotals(
        ended.total or 0,
        **what,
        done=ended.done,
        unchanged=ended.unchanged,
        failed=ended.failed,
        without_some_pictures=max(0, refused - ended.failed),
        deleted=ended.deleted,
    )
