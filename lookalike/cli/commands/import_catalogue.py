"""``lookalike import``."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from lookalike.cli.exit_codes import INCOMPLETE
from lookalike.cli.options import DEFAULT_DATA, AllowPrivateHosts, ApiKey, AsJson, Data, Url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lookalike.catalogue.rows import CatalogueReader, CatalogueRow
    from lookalike.cli.failures import FailureReport
    from lookalike.cli.import_report import Totals
    from lookalike.local.imports.batch import Batch
    from lookalike.local.settings import LocalSettings
    from lookalike.storage.import_runs import FailedRow

    Rows = Iterable[CatalogueRow | FailedRow]
    Load = Callable[[Rows, Callable[[Batch], None], Callable[[], bool]], bool]


def _existing(catalogue: Path) -> Path:
    """Let ``-`` pass, which the option ``allow_dash`` of paths does not."""
    if str(catalogue) != "-" and not catalogue.exists():
        raise typer.BadParameter(f"there is no file or folder {str(catalogue)!r}.")
    return catalogue


def import_catalogue(
    catalogue: Annotated[
        Path,
        typer.Argument(
            callback=_existing,
            metavar="CATALOGUE",
            help="CSV, TSV, JSON, JSON Lines, XLSX, Parquet, RSS or Atom, or gzip of one of them; "
            "a folder of pictures, whose names become ids; or - for standard input.",
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
    columns: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=COLUMN,…",
            help="What columns say whose names are not known: entity_id=…, sku=…, image_url=…, or "
            "an attribute. NAME= leaves an attribute out, '*=' all that are not named.",
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(help="Encoding of a text file that is neither Unicode nor Windows-1252."),
    ] = None,
    read_pictures: Annotated[
        bool,
        typer.Option(
            "--read-pictures",
            help="Read the pictures of an export even where it has their fingerprints.",
        ),
    ] = False,
    failures: Annotated[
        Path | None, typer.Option(help="CSV file for every refused row with its reason.")
    ] = None,
    url: Url = None,
    api_key: ApiKey = None,
    allow_private_hosts: AllowPrivateHosts = False,
    as_json: AsJson = False,
) -> None:
    """Load a catalogue. Run it again to go on where it was stopped, or to load what has changed.

    Columns are known by their usual names, such as id, image_link, Image Src or Variant SKU; what
    was recognised is shown. Further columns become attributes. A file that cannot be read to its
    end is refused before anything is loaded.

    What lookalike export --fingerprints has written is loaded without reading any picture.

    Rows whose products are stored already, exactly as they are, are skipped without reading their
    pictures. With --url, pictures that are files are sent each time.

    Exit code 0: every row is loaded. 3: the end was reached, but some rows were refused (their
    reasons are shown, and --failures names every one). 1: the import could not go on. 2: wrong
    usage. 130: Ctrl-C. 143: SIGTERM.
    """
    from lookalike.cli.catalogue_source import folder_of_pictures, opened_catalogue
    from lookalike.cli.failures import FailureReport
    from lookalike.local.settings import LocalSettings

    if url and allow_private_hosts:
        raise _ignored_by_service("--allow-private-hosts")
    _refuse_to_overwrite(catalogue, failures)
    root = folder_of_pictures(catalogue, images_root)
    settings = LocalSettings(data, root, allow_private_hosts)
    with opened_catalogue(catalogue) as source:
        read = _reading(source, columns or (), encoding, reads_pictures=read_pictures)
        totals = _survey(read())
        load = _load_there(settings, url, api_key) if url else _load_here(settings)
        with (
            closing(FailureReport(failures)) as report,
            _saying_how_to_go_on(sends_files=bool(url and root)),
        ):
            _load(load, read() if as_json else _shown(read()), totals, report)
    _conclude(totals, report, failures, as_json=as_json, has_root=root is not None)


def _reading(
    source: IO[bytes] | Path, columns: Sequence[str], encoding: str | None, *, reads_pictures: bool
) -> Callable[[], CatalogueReader]:
    """Return what reads the catalogue from its beginning each time."""
    from lookalike.catalogue.columns import parsed_columns
    from lookalike.catalogue.feeds.encodings import require_encoding
    from lookalike.catalogue.rows import CatalogueReader
    from lookalike.errors import BadParameterError

    try:
        wanted = parsed_columns(columns)
        known = require_encoding(encoding) if encoding else None
    except BadParameterError as error:
        raise typer.BadParameter(error.detail) from error
    return lambda: CatalogueReader(source, wanted, known, reads_pictures=reads_pictures)


def _survey(reader: CatalogueReader) -> Totals:
    """Read the catalogue to its end, so that one which is damaged anywhere is refused."""
    from lookalike.cli.import_report import Totals

    columns = {str(name): column for name, column in reader.columns.fields.items()}
    return Totals(sum(1 for _ in reader), reader.kind, columns)


def _shown(reader: CatalogueReader) -> Iterator[CatalogueRow | FailedRow]:
    """Yield the rows, and first say what was recognised: as soon as they can be loaded."""
    from lookalike.cli.import_report import tell_columns

    tell_columns(reader)
    yield from reader


def _conclude(
    totals: Totals, report: FailureReport, failures: Path | None, *, as_json: bool, has_root: bool
) -> None:
    from lookalike.cli.import_report import show_totals, tell_totals

    totals.reasons = report.counts
    if as_json:
        show_totals(totals)
    else:
        tell_totals(totals, report, failures, has_root=has_root)
    if totals.failed:
        raise typer.Exit(INCOMPLETE)


def _load(load: Load, rows: Rows, totals: Totals, report: FailureReport) -> None:
    """Load all rows, or those before a signal, and count them."""
    from lookalike.cli.termination import stop_requests
    from lookalike.terminal import progress_bar

    with progress_bar(totals.rows) as advance, stop_requests() as request:

        def on_batch(batch: Batch) -> None:
            totals.add(batch)
            report.add(batch.failures)
            advance(batch.rows, totals.failed)

        load(rows, on_batch, request.is_received)
    request.raise_it()


def _ignored_by_service(option: str) -> typer.BadParameter:
    sentence = "The service at --url fetches web addresses itself: give this to 'lookalike serve'."
    return typer.BadParameter(sentence, param_hint=option)


def _refuse_to_overwrite(catalogue: Path, failures: Path | None) -> None:
    from lookalike.errors import BadParameterError

    exist = failures is not None and failures.exists() and catalogue.exists()
    if failures is not None and exist and failures.samefile(catalogue):
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
