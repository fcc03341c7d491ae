"""``lookalike adopt``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.feed_options import ImagesRoot, WantedColumns
from lookalike.cli.options import DEFAULT_DATA, AllowPrivateHosts, ApiKey, AsJson, Data, Url

if TYPE_CHECKING:
    from lookalike.catalogue.adoption.table_feed import TableFeed
    from lookalike.cli.catalogue_loading import Loading
    from lookalike.imports.batch import Batch
    from lookalike.storage.scan_progress import ProgressFile


def adopt(
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="Name of the DynamoDB table, or its ARN.")
    ],
    data: Data = DEFAULT_DATA,
    segments: Annotated[
        int, typer.Option(min=1, max=64, help="Parts of the table that are read at once.")
    ] = 4,
    columns: WantedColumns = None,
    images_root: ImagesRoot = None,
    failures: Annotated[
        Path,
        typer.Option(
            help="CSV file for every refused row with its reason; a run that goes on adds to it."
        ),
    ] = Path("adopt-failures.csv"),
    progress: Annotated[
        Path, typer.Option(help="File that knows how far the table is read; removed at the end.")
    ] = Path("adopt-progress.json"),
    url: Url = None,
    api_key: ApiKey = None,
    allow_private_hosts: AllowPrivateHosts = False,
    as_json: AsJson = False,
) -> None:
    """Take over a DynamoDB table of products whose pictures were found by a pHash alone.

    Its items have entity_id, sku, small_image and phash. The pictures at small_image are
    fingerprinted anew and registered, in the data folder or with --url in a service; further
    attributes are kept, maps and phash are not read. Nothing is written to the table, which may
    serve meanwhile.

    The same command goes on where it was stopped. After its end it begins anew: rows that are
    stored unchanged are skipped, and refused ones are tried again. Region and credentials are those
    of the AWS command line; they need dynamodb:DescribeTable and dynamodb:Scan.

    Exit codes are those of lookalike import.
    """
    import boto3

    from lookalike.catalogue.adoption.table_feed import TableFeed
    from lookalike.cli.catalogue_loading import Loading
    from lookalike.cli.feed_options import DEFAULT_REFRESH_AFTER
    from lookalike.storage.aws_access import translated_aws_errors
    from lookalike.storage.scan_progress import ProgressFile, ScanProgress

    with translated_aws_errors():
        client = boto3.client("dynamodb")
    file = ProgressFile(progress)
    goes_on = file.exists
    source = TableFeed(
        client, file.read(ScanProgress(table, url or str(data.absolute()), segments))
    )
    loading = Loading(
        source.feed(), data, images_root, columns or (), encoding=None, read_pictures=False,
        refresh_after=DEFAULT_REFRESH_AFTER, failures=failures, url=url, api_key=api_key,
        allow_private_hosts=allow_private_hosts, as_json=as_json, goes_on=goes_on,
    )  # fmt: skip
    _load(loading, source, file)


def _load(loading: Loading, source: TableFeed, file: ProgressFile) -> None:
    """Load what is left of the table, and note how far that is."""
    from dataclasses import asdict

    from lookalike.cli.catalogue_loading import counting
    from lookalike.cli.import_report import Totals, recognised
    from lookalike.cli.settled_rows import SettledRows

    settled = SettledRows(lambda number: file.save(source.progress(number)))
    with loading.opened() as read:
        reader = read()
        totals = Totals(source.items, **recognised(reader))
        with (
            loading.place() as place,
            loading.report() as report,
            counting(totals, report, "Adopting") as (on_batch, request),
        ):
            loading.tell_columns(reader)

            def on_counted(batch: Batch) -> None:
                settled.count(batch)
                on_batch(batch)

            is_over = place.run(settled.noted(reader), on_counted, request.is_received)
            settled.settle()
            if is_over:
                file.remove()
                place.sweep()
    totals.rows = totals.done + totals.unchanged + totals.failed
    loading.conclude(asdict(totals), totals.in_words(), report)
