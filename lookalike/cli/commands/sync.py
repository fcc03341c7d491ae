"""``lookalike sync``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.feed_options import (
    DEFAULT_REFRESH_AFTER,
    Check,
    Encoding,
    Failures,
    FeedArgument,
    ImagesRoot,
    OnDuplicateOption,
    ReadPictures,
    Refresh,
    RefreshAfter,
    WantedColumns,
)
from lookalike.cli.options import (
    DEFAULT_DATA,
    AllowPrivateHosts,
    ApiKey,
    AsJson,
    Data,
    ObeyRobotsTxt,
    Url,
)
from lookalike.cli.product_options import product_filter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from lookalike.catalogue.feed_scope import FeedScope
    from lookalike.catalogue.max_deletions import MaxDeletions
    from lookalike.cli.catalogue_loading import Loading
    from lookalike.cli.sync_report import SyncTotals
    from lookalike.local.feed_sync.feed_sync import FeedSync
    from lookalike.local.feed_sync.plan import SyncPlan
    from lookalike.local.feed_sync.target import Row, SyncTarget


def sync(
    feed: FeedArgument,
    data: Data = DEFAULT_DATA,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Say what would be added, changed and deleted, and change nothing.",
        ),
    ] = False,
    max_deletions: Annotated[
        str,
        typer.Option(
            metavar="NUMBER|SHARE%",
            help="Refuse, before anything is changed, to delete more products than this.",
        ),
    ] = "10%",
    filters: Annotated[
        list[str] | None,
        typer.Option(
            "--filter",
            metavar="KEY:VALUE",
            help="The feed is about the products with this attribute alone: others are never "
            "deleted, and rows get it where they do not have it. Repeatable.",
        ),
    ] = None,
    images_root: ImagesRoot = None,
    columns: WantedColumns = None,
    encoding: Encoding = None,
    read_pictures: ReadPictures = False,
    refresh: Refresh = False,
    refresh_after: RefreshAfter = DEFAULT_REFRESH_AFTER,
    failures: Failures = None,
    check: Check = False,
    on_duplicate: OnDuplicateOption = None,
    url: Url = None,
    api_key: ApiKey = None,
    allow_private_hosts: AllowPrivateHosts = False,
    obey_robots_txt: ObeyRobotsTxt = False,
    as_json: AsJson = False,
) -> None:
    """Make the catalogue equal to a feed: add, replace, and delete what left it.

    The feed is read to its end first. Nothing changes where it is damaged or names no product, or
    where more products would be deleted than --max-deletions allows. Products are deleted last,
    when all rows are loaded; those whose row is refused stay as they are. Where a row cannot be
    read, so that it may be about any product, nothing is deleted.

    The same command goes on where a sync was stopped. The feed is read as lookalike import does.

    A deployment on AWS at --url is sent the feed once, and does the rest; what is stopped here ends
    there, too. With --images-root, --refresh, --encoding or --read-pictures, rows are sent one by
    one, as to a service on one machine.

    Exit codes are those of lookalike import; with --dry-run, too: 1 where the sync would be
    refused, and 3 where rows would be.
    """
    from lookalike.cli.catalogue_loading import Loading
    from lookalike.cli.import_report import recognised
    from lookalike.cli.sync_report import SyncTotals, tell_unreadable
    from lookalike.cli.syncing_there import deployed_sync, sync_there
    from lookalike.local.feed_sync.feed_sync import FeedSync

    most, scope = _limit(max_deletions), _scope(filters)
    loading = Loading(
        feed, data, images_root, columns or (), encoding, read_pictures,
        0 if refresh else refresh_after, failures, url, api_key, allow_private_hosts, as_json,
        check, on_duplicate, obey_robots_txt,
    )  # fmt: skip
    with loading.opened() as read:
        feed_sync = FeedSync(read, scope)
        with feed_sync.planned() as plan:
            if there := deployed_sync(loading, read, scope, most):
                loading.tell_columns(reader := read())
                sync_there(loading, there, plan, recognised(reader), dry_run=dry_run)
                return
            with loading.place(read_only=dry_run) as place:
                loading.tell_columns(reader := read())
                feed_sync.compare(plan, place)
                tell_unreadable(plan)
                if dry_run:
                    _preview(loading, feed_sync, plan, place, most, recognised(reader))
                else:
                    plan.require_allowed(most)
                    totals = SyncTotals(plan.rows, **recognised(reader))
                    _run(loading, feed_sync, plan, place, totals)


def _limit(text: str) -> MaxDeletions:
    from lookalike.catalogue.max_deletions import MaxDeletions
    from lookalike.errors import BadParameterError

    try:
        return MaxDeletions.parse(text)
    except BadParameterError as error:
        raise typer.BadParameter(error.detail, param_hint="--max-deletions") from error


def _scope(filters: list[str] | None) -> FeedScope:
    from lookalike.catalogue.feed_scope import FeedScope
    from lookalike.errors import BadParameterError

    try:
        return FeedScope(product_filter(filters, None, "").attributes)
    except BadParameterError as error:
        raise typer.BadParameter(error.detail, param_hint="--filter") from error


def _preview(
    loading: Loading,
    feed_sync: FeedSync,
    plan: SyncPlan,
    place: SyncTarget,
    most: MaxDeletions,
    what: Mapping[str, Any],
) -> None:
    """Say what would happen; end as the sync would, as far as that is known."""
    from dataclasses import asdict

    from lookalike.cli.sync_report import preview_in_words
    from lookalike.storage.import_runs import FailedRow
    from lookalike.terminal import progress_bar

    with loading.report() as report, progress_bar(plan.rows, "Comparing") as advance:

        def on_row(row: Row) -> None:
            report.add([row] if isinstance(row, FailedRow) else [])
            advance(1, sum(report.counts.values()))

        preview = feed_sync.preview(plan, place, on_row)
    try:
        loading.conclude({**asdict(preview), **what}, preview_in_words(preview), report)
    finally:
        plan.require_allowed(most)


def _run(
    loading: Loading, feed_sync: FeedSync, plan: SyncPlan, place: SyncTarget, totals: SyncTotals
) -> None:
    from dataclasses import asdict

    from lookalike.cli.catalogue_loading import counting

    with (
        loading.report() as report,
        counting(totals, report, "Synchronising") as (on_batch, request),
    ):
        feed_sync.run(plan, place, on_batch, totals.add_deleted, request.is_received)
    loading.conclude(asdict(totals), totals.in_words(), report)
