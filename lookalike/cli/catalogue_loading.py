"""What the commands that load a catalogue share: reading it, progress, and going on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import typer

from lookalike.catalogue.feeds.encodings import require_encoding
from lookalike.catalogue.feeds.feed import Feed
from lookalike.catalogue.rows import CatalogueReader
from lookalike.catalogue.wanted_columns import parsed_columns
from lookalike.cli.catalogue_place import catalogue_place
from lookalike.cli.catalogue_source import folder_of_pictures, opened_catalogue
from lookalike.cli.exit_codes import INCOMPLETE
from lookalike.cli.failures import FailureReport
from lookalike.cli.import_report import Totals, tell_columns, tell_failures
from lookalike.cli.output import show_json
from lookalike.cli.termination import Stopped, StopRequest, Terminated, stop_requests
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.errors import BadParameterError, prefix_errors
from lookalike.imports.batch import Batch
from lookalike.local.feed_sync.target import SyncTarget
from lookalike.local.settings import DAY, LocalSettings
from lookalike.terminal import console, errors, progress_bar


@dataclass(frozen=True, slots=True)
class OpenedCatalogue:
    """A catalogue that can be read again and again.

    Attributes:
        source: its content, a folder of pictures, or a feed, which can be read once.
        columns: what its columns say, where their names do not.
        encoding: of text, where it is known.
        reads_pictures: whether the pictures of an export are read although it has fingerprints.
    """

    source: IO[bytes] | Path | Feed
    columns: Mapping[str, str]
    encoding: str | None
    reads_pictures: bool

    def __call__(self) -> CatalogueReader:
        """Read it from its beginning."""
        return CatalogueReader(
            self.source, self.columns, self.encoding, reads_pictures=self.reads_pictures
        )


@dataclass(frozen=True, slots=True)
class Loading:
    """A catalogue to load, and where to; the attributes are options of commands.

    Attributes:
        goes_on: whether refused rows are added to those of an earlier run.

    Raises:
        typer.BadParameter: two options do not go together.
        BadParameterError: refused rows would overwrite the catalogue.
    """

    catalogue: Path | Feed
    data: Path
    images_root: Path | None
    columns: Sequence[str]
    encoding: str | None
    read_pictures: bool
    refresh_after: float
    failures: Path | None
    url: str | None
    api_key: str | None
    allow_private_hosts: bool
    as_json: bool
    check: bool = False
    on_duplicate: OnDuplicate | None = None
    obey_robots_txt: bool = False
    goes_on: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.url and self.allow_private_hosts:
            raise typer.BadParameter(
                "The service at --url fetches web addresses itself: give this to 'lookalike "
                "serve'.",
                param_hint="--allow-private-hosts",
            )
        if self.on_duplicate and not self.check:
            raise typer.BadParameter("It needs --check.", param_hint="--on-duplicate")
        failures, catalogue = self.failures, self.catalogue
        if failures is None or not isinstance(catalogue, Path) or not failures.exists():
            return
        if catalogue.exists() and failures.samefile(catalogue):
            raise BadParameterError(
                "--failures names the catalogue itself, which it would overwrite."
            )

    @property
    def root(self) -> Path | None:
        """The folder that paths in the catalogue start from."""
        return folder_of_pictures(self.catalogue, self.images_root)

    @contextmanager
    def opened(self) -> Iterator[OpenedCatalogue]:
        """Open the catalogue; what it yields reads it from its beginning each time."""
        try:
            with prefix_errors("--columns"):
                wanted = parsed_columns(self.columns)
            encoding = require_encoding(self.encoding) if self.encoding else None
        except BadParameterError as error:
            raise typer.BadParameter(error.detail) from error
        with opened_catalogue(self.catalogue) as source:
            yield OpenedCatalogue(source, wanted, encoding, self.read_pictures)

    def place(self, *, read_only: bool = False) -> AbstractContextManager[SyncTarget]:
        """Open the catalogue that is loaded into."""
        settings = LocalSettings(
            self.data,
            self.root,
            self.allow_private_hosts,
            refresh_after=self.refresh_after * DAY,
            obey_robots_txt=self.obey_robots_txt,
        )
        policy = self.on_duplicate or OnDuplicate.ACCEPT if self.check else None
        return catalogue_place(
            settings, self.url, self.api_key, read_only=read_only, on_duplicate=policy
        )

    @contextmanager
    def report(self) -> Iterator[FailureReport]:
        """Open the report of refused rows, and say after a signal how to go on."""
        with (
            closing(FailureReport(self.failures, goes_on=self.goes_on)) as report,
            _saying_how_to_go_on(sends_files=bool(self.url and self.root)),
        ):
            yield report

    def tell_columns(self, reader: CatalogueReader) -> None:
        """Say what was recognised, as soon as it can be loaded."""
        if not self.as_json:
            tell_columns(reader)

    def conclude(
        self, counts: Mapping[str, Any], in_words: Iterable[str], report: FailureReport
    ) -> None:
        """Print what the command has done and why rows were refused; end it if some were.

        Args:
            counts: for programs.
            in_words: the same for people, in lines.
            report: the refused rows.

        Raises:
            typer.Exit: some rows were refused.
        """
        if self.as_json:
            show_json(json.dumps({**counts, "reasons": report.counts}, indent=2))
        else:
            for line in in_words:
                console.print(line)
            tell_failures(report, self.failures, has_root=self.root is not None)
        if report.counts:
            raise typer.Exit(INCOMPLETE)


@contextmanager
def counting(
    totals: Totals, report: FailureReport, description: str
) -> Iterator[tuple[Callable[[Batch], None], StopRequest]]:
    """Show the progress of what counts batches in the block, which a signal asks to stop.

    When the block ends after a signal, ``Stopped`` or ``Terminated`` is raised.
    """
    with progress_bar(totals.rows, description) as advance, stop_requests() as request:

        def on_batch(batch: Batch) -> None:
            totals.add(batch)
            report.add(batch.refused)
            advance(batch.rows, totals.failed)

        yield on_batch, request
    request.raise_it()


@contextmanager
def _saying_how_to_go_on(*, sends_files: bool) -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, Stopped, Terminated) as error:
        how = ", but sends all pictures again that are files here" if sends_files else " from here"
        errors.print(f"Stopped. The same command goes on{how}.")
        if isinstance(error, KeyboardInterrupt):
            raise Stopped from None
        raise
