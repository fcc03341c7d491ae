"""``lookalike import``."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.exit_codes import INCOMPLETE
from lookalike.cli.options import DEFAULT_DATA, AllowPrivateHosts, ApiKey, AsJson, Data, Url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lookalike.catalogue.rows import CatalogueRow
    from lookalike.local.imports.batch import Batch
    from lookalike.local.settings import LocalSettings
    from lookalike.storage.import_runs import FailedRow

    Rows = Iterable[CatalogueRow | FailedRow]
    Load = Callable[[Rows, Callable[[Batch], None], Callable[[], bool]], bool]


@dataclass
class Totals:
    """What an import did."""

    rows: int
    done: int = 0
    unchanged: int = 0
    failed: int = 0
    featureless: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


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

    Rows that are there already, as they are, are passed over without looking at their pictures.

    Exit code 0: every row is loaded. 3: the end was reached, but some rows were refused (their
    reasons are shown, and --failures names every one). 1: the import could not go on. 130: Ctrl-C.
    """
    from lookalike.catalogue.rows import CatalogueReader
    from lookalike.cli.failures import FailureReport
    from lookalike.cli.termination import stop_requests
    from lookalike.local.settings import LocalSettings
    from lookalike.terminal import progress_bar

    if url and allow_private_hosts:
        raise _ignored_by_service("--allow-private-hosts")
    _refuse_to_overwrite(catalogue, failures)
    with catalogue.open("rb") as file:
        totals = Totals(rows=sum(1 for _ in CatalogueReader(file)))
    settings = LocalSettings(data, images_root, allow_private_hosts)
    load = _load_there(settings, url, api_key) if url else _load_here(settings)
    with (
        closing(FailureReport(failures)) as report,
        catalogue.open("rb") as file,
        progress_bar(totals.rows) as advance,
        _saying_how_to_go_on(sends_files=bool(url and images_root)),
    ):

        def note(batch: Batch) -> None:
            totals.done += batch.done
            totals.unchanged += batch.unchanged
            totals.failed += len(batch.failures)
            totals.featureless += batch.featureless
            report.add(batch.failures)
            advance(batch.rows, totals.failed)

        with stop_requests() as request:
            load(CatalogueReader(file), note, request.is_made)
        request.raise_it()
    totals.reasons = report.counts
    has_root = images_root is not None
    _conclude(totals, report.summary(), failures, has_root=has_root, as_json=as_json)


def _ignored_by_service(option: str) -> typer.BadParameter:
    sentence = "The service at --url fetches web addresses itself: give this to 'lookalike serve'."
    return typer.BadParameter(sentence, param_hint=option)


def _refuse_to_overwrite(catalogue: Path, failures: Path | None) -> None:
    from lookalike.errors import BadParameterError

    if failures is not None and failures.exists() and failures.samefile(catalogue):
        raise BadParameterError("--failures names the catalogue itself, which it would overwrite.")


@contextmanager
def _saying_how_to_go_on(*, sends_files: bool) -> Iterator[None]:
    from lookalike.cli.termination import Terminated
    from lookalike.terminal import errors

    try:
        yield
    except (KeyboardInterrupt, Terminated):
        how = ", but sends all pictures again that are files here" if sends_files else " from here"
        errors.print(f"Stopped. The same command goes on{how}.")
        raise


def _load_here(settings: LocalSettings) -> Load:
    from lookalike.local.data_folder import open_storage
    from lookalike.local.imports.catalogue_import import catalogue_import
    from lookalike.local.sweep import sweep

    def load(rows: Rows, note: Callable[[Batch], None], should_stop: Callable[[], bool]) -> bool:
        with (
            closing(open_storage(settings.data)) as storage,
            catalogue_import(storage, settings) as loader,
        ):
            if ended := loader.run(rows, note, should_stop):
                sweep(storage, time.time())
            return ended

    return load


def _load_there(settings: LocalSettings, url: str, api_key: str | None) -> Load:
    from lookalike.cli.remote.catalogue_import import RemoteImport
    from lookalike.cli.remote.service import RemoteService
    from lookalike.cli.remote.waiting import Waiting
    from lookalike.terminal import errors

    def say(seconds: float) -> None:
        errors.print(f"The service asks for {seconds:.0f} seconds: waiting.")

    # Without retries: who mistypes an address should not wait for them.
    version = RemoteService(url, api_key).status().algorithm_version
    waiting = Waiting(say)
    service = RemoteService(url, api_key, waiting.retry_policy())
    return RemoteImport(service, settings.folder_fetcher(), version, waiting).run


def _conclude(
    totals: Totals, reasons: list[str], failures: Path | None, *, has_root: bool, as_json: bool
) -> None:
    import json

    from lookalike.cli.output import show_json
    from lookalike.terminal import console, errors

    if as_json:
        show_json(json.dumps(asdict(totals), indent=2))
    else:
        console.print(
            f"{totals.rows} rows: {totals.done} loaded, {totals.unchanged} unchanged, "
            f"{totals.failed} refused."
        )
        if totals.featureless:
            console.print(
                f"{totals.featureless} of the loaded and unchanged show too little in their "
                "picture (white, a lone word): no check will find them."
            )
        for line in reasons:
            errors.print(line)
        if "url_invalid" in totals.reasons and not has_root:
            errors.print("Where image_urls are paths of files: --images-root names their folder.")
        if totals.failed:
            errors.print(
                f"Every refused row, with its reason: {failures}"
                if failures
                else "To list every refused row with its reason: --failures FILE"
            )
    if totals.failed:
        raise typer.Exit(INCOMPLETE)
