"""``lookalike import``."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.exit_codes import INCOMPLETE
from lookalike.cli.options import DEFAULT_DATA, AllowPrivateHosts, ApiKey, AsJson, Data, Url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lookalike.catalogue.rows import CatalogueRow
    from lookalike.cli.failures import FailureReport
    from lookalike.cli.import_report import Totals
    from lookalike.local.imports.batch import Batch
    from lookalike.local.settings import LocalSettings
    from lookalike.storage.import_runs import FailedRow

    Rows = Iterable[CatalogueRow | FailedRow]
    Load = Callable[[Rows, Callable[[Batch], None], Callable[[], bool]], bool]


def import_catalogue(
    catalogue: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            metavar="CATALOGUE.csv",
            help="CSV in UTF-8 with a header: entity_id, sku, image_url (or small_image); further "
            "columns are attributes.",
        ),
    ],
    data: Data = DEFAULT_DATA,
    images_root: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder that image_urls which are paths start from. Without it only web "
            "addresses are read.",
        ),
    ] = None,
    failures: Annotated[
        Path | None, typer.Option(help="CSV file for every refused row with its reason.")
    ] = None,
    url: Url = None,
    api_key: ApiKey = None,
    allow_private_hosts: AllowPrivateHosts = False,
    as_json: AsJson = False,
) -> None:
    """Load a catalogue. Run it again to go on where it was stopped, or to load what has changed.

    Rows whose products are stored already, exactly as they are, are skipped without reading their
    pictures. With --url, pictures that are files are sent each time.

    Exit code 0: every row is loaded. 3: the end was reached, but some rows were refused (their
    reasons are shown, and --failures names every one). 1: the import could not go on. 2: wrong
    usage. 130: Ctrl-C. 143: SIGTERM.
    """
    from lookalike.catalogue.rows import CatalogueReader
    from lookalike.cli.failures import FailureReport
    from lookalike.cli.import_report import Totals, show_totals, tell_totals
    from lookalike.local.settings import LocalSettings

    if url and allow_private_hosts:
        raise _ignored_by_service("--allow-private-hosts")
    _refuse_to_overwrite(catalogue, failures)
    with catalogue.open("rb") as file:
        totals = Totals(rows=sum(1 for _ in CatalogueReader(file)))
    settings = LocalSettings(data, images_root, allow_private_hosts)
    load = _load_there(settings, url, api_key) if url else _load_here(settings)
    with (
        closing(FailureReport(failures)) as report,
        _saying_how_to_go_on(sends_files=bool(url and images_root)),
    ):
        _load(load, catalogue, totals, report)
    totals.reasons = report.counts
    if as_json:
        show_totals(totals)
    else:
        tell_totals(totals, report, failures, has_root=images_root is not None)
    if totals.failed:
        raise typer.Exit(INCOMPLETE)


def _load(load: Load, catalogue: Path, totals: Totals, report: FailureReport) -> None:
    """Load all rows, or those before a signal, and count them."""
    from lookalike.catalogue.rows import CatalogueReader
    from lookalike.cli.termination import stop_requests
    from lookalike.terminal import progress_bar

    with (
        catalogue.open("rb") as file,
        progress_bar(totals.rows) as advance,
        stop_requests() as request,
    ):

        def on_batch(batch: Batch) -> None:
            totals.add(batch)
            report.add(batch.failures)
            advance(batch.rows, totals.failed)

        load(CatalogueReader(file), on_batch, request.is_received)
    request.raise_it()


def _ignored_by_service(option: str) -> typer.BadParameter:
    sentence = "The service at --url fetches web addresses itself: give this to 'lookalike serve'."
    return typer.BadParameter(sentence, param_hint=option)


def _refuse_to_overwrite(catalogue: Path, failures: Path | None) -> None:
    from lookalike.errors import BadParameterError

    if failures is not None and failures.exists() and failures.samefile(catalogue):
        raise BadParameterError("--failures names the catalogue itself, which it would overwrite.")


@contextmanager
def _saying_how_to_go_on(*, sends_files: bool) -> Iterator[None]:
    from lookalike.cli.termination import Stopped, Terminated
    from lookalike.terminal import errors

    try:
        yield
    except (KeyboardInterrupt, Stopped, Terminated) as error:
        how = ", but sends all pictures again that are files here" if sends_files else " from here"
        errors.print(f"Stopped. The same command goes on{how}.")
        if isinstance(error, KeyboardInterrupt):
            raise Stopped from None
        raise


def _load_here(settings: LocalSettings) -> Load:
    from lookalike.local.data_folder import open_storage
    from lookalike.local.imports.catalogue_import import catalogue_import
    from lookalike.local.sweep import sweep

    def load(
        rows: Rows, on_batch: Callable[[Batch], None], should_stop: Callable[[], bool]
    ) -> bool:
        with (
            closing(open_storage(settings.data)) as storage,
            catalogue_import(storage, settings) as loader,
        ):
            if ended := loader.run(rows, on_batch, should_stop):
                sweep(storage, time.time())
            return ended

    return load


def _load_there(settings: LocalSettings, url: str, api_key: str | None) -> Load:
    from lookalike.cli.output import say_waiting
    from lookalike.cli.remote.catalogue_import import RemoteImport
    from lookalike.cli.remote.service import RemoteService
    from lookalike.cli.remote.waiting import Waiting

    # Without retries: who mistypes an address should not wait for them.
    version = RemoteService(url, api_key).status().algorithm_version
    waiting = Waiting(say_waiting)
    service = RemoteService(url, api_key, waiting.retry_policy())
    return RemoteImport(service, settings.folder_fetcher(), version, waiting).run
