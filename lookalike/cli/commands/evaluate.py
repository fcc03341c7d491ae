"""``lookalike evaluate``."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.exit_codes import FAILED, UNUSABLE
from lookalike.errors import LookalikeError

if TYPE_CHECKING:
    from lookalike.evaluation.benchmark import Measured, Settings

QUICK = (2, 10)
"""Edited and unrelated pictures of a quick run."""


def evaluate(
    catalogues: Annotated[
        list[Path],
        typer.Argument(
            exists=True,
            metavar="CATALOGUE.csv|FOLDER …",
            help="Catalogue files (entity_id, sku, image_url; colour and view are used) or folders "
            "in which every picture is a product. Each gets tables of its own; all stand in one "
            "index.",
        ),
    ],
    images_root: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder that image_urls which are paths start from. Without it, the catalogue's.",
        ),
    ] = None,
    sku_pattern: Annotated[
        str,
        typer.Option(
            metavar="REGEX",
            help="What it finds at the start of an entity_id is the sku of entries without one, so "
            "that pictures of one product are not taken for unrelated ones.",
        ),
    ] = "",
    output: Annotated[
        Path, typer.Option(file_okay=False, help="Folder for answers, plots and reports.")
    ] = Path("evaluation"),
    edited: Annotated[
        int, typer.Option(min=1, help="Pictures of each catalogue that go through every edit.")
    ] = 20,
    unrelated: Annotated[
        int,
        typer.Option(
            min=1,
            help="Pictures of each catalogue that are asked while their product is left out, as "
            "they are and under ten edits.",
        ),
    ] = 200,
    methods: Annotated[
        str,
        typer.Option(
            help="Of ours, imagesearch, phash, phash256, pdq, crop_resistant, with commas between."
        ),
    ] = "ours,imagesearch,phash,phash256,pdq",
    labelled: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="CSV with query,relevant_entity_id; a query is an entity_id or a file.",
        ),
    ] = None,
    calibrate: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Such a CSV: asks its queries alone and fits the percentages to them. Writes "
            "calibration.json; put it into the data folder, or name it in LOOKALIKE_CALIBRATION.",
        ),
    ] = None,
    half: Annotated[
        str,
        typer.Option(
            metavar="all|report|fit",
            help="Pictures that may be asked about. Lookalike was fitted on the half 'fit' of its "
            "own pictures and reports on 'report'; a catalogue of yours was never fitted on.",
        ),
    ] = "all",
    seed: Annotated[int, typer.Option(help="Of the choice of pictures and edits.")] = 1,
    grow: Annotated[
        int, typer.Option(min=0, help="Also ask an index with so many made fingerprints more.")
    ] = 0,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; as many as cores unless told.")
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Discard the answers that are in the output folder.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="A few pictures only: to see that it works.")
    ] = False,
) -> None:
    """Measure how well edited copies of pictures are found, and how rarely others are.

    Applies every edit to pictures of the catalogue, asks for the edited ones and for unrelated
    ones, and writes accuracy.md and accuracy.html with plots. A run that was stopped goes on where
    it was. With --calibrate, fits the percentages to labelled queries of yours instead.
    Needs the extra 'evaluation'.
    """
    import os
    from concurrent.futures.process import BrokenProcessPool
    from dataclasses import replace

    from lookalike.cli.output import complain
    from lookalike.terminal import console

    amount = QUICK if quick else (edited, unrelated)
    try:
        settings = _settings(catalogues, output, amount, seed, images_root, methods, half, labelled)
        settings = replace(
            settings,
            sku_pattern=sku_pattern,
            grow=grow,
            workers=workers or os.cpu_count() or 1,
            anew=anew,
        )
        written = _calibrated(settings, calibrate) if calibrate else _evaluated(settings)
    except LookalikeError as error:
        complain(error.detail)
        raise typer.Exit(UNUSABLE) from error
    except ModuleNotFoundError as error:
        complain(f"{error.name} is not installed. Try: pip install 'lookalike[evaluation]'.")
        raise typer.Exit(UNUSABLE) from error
    except BrokenProcessPool as error:
        complain(
            "A process was ended, for lack of memory perhaps. The same command goes on from here; "
            "--workers 1 needs least."
        )
        raise typer.Exit(FAILED) from error
    for path in written:
        console.print(f"Written: {path}")


def _settings(
    catalogues: list[Path],
    output: Path,
    amount: tuple[int, int],
    seed: int,
    images_root: Path | None,
    methods: str,
    half: str,
    labelled: Path | None,
) -> Settings:
    from lookalike.evaluation.benchmark import Settings
    from lookalike.evaluation.questions.sampling import Amount
    from lookalike.evaluation.split import Half

    if half not in {"all", *Half}:
        raise typer.BadParameter("all, report or fit", param_hint="--half")
    return Settings(
        catalogues,
        output,
        Amount(*amount, seed),
        images_root,
        _methods(methods),
        None if half == "all" else Half(half),
        labelled,
    )


def _methods(names: str) -> list[str]:
    from lookalike.evaluation.methods import METHODS

    chosen = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    unknown = [name for name in chosen if name not in METHODS]
    if unknown or not chosen:
        known = ", ".join(METHODS)
        raise typer.BadParameter(
            f"no such method: {', '.join(unknown) or 'none'}. Choose of {known}.",
            param_hint="--methods",
        )
    return chosen


def _evaluated(settings: Settings) -> list[Path]:
    from lookalike.evaluation.report.accuracy_report import document, summary, write
    from lookalike.evaluation.scoring.similarities import similarities_of

    with _going_on_later():
        measured = _measured(settings)
        command = shlex.join(["lookalike", *sys.argv[1:]])
        report = document(measured, similarities_of(measured), command)
    written = write(report, settings.output)
    path = settings.output / "summary.json"
    path.write_text(summary(measured), "utf-8")
    return [*written, path]


def _calibrated(settings: Settings, labelled: Path) -> list[Path]:
    """Asks the labelled queries alone, of the shipped method."""
    from dataclasses import replace

    from lookalike.evaluation.methods import Ours
    from lookalike.evaluation.questions.labelled import LABELLED
    from lookalike.evaluation.questions.question import Kind
    from lookalike.evaluation.scoring.recalibration import pairs_of, recalibrate
    from lookalike.matching.calibration import Calibration
    from lookalike.terminal import console

    alone = replace(settings.amount, edited=0, unrelated=0)
    asked = replace(settings, amount=alone, methods=(Ours.name,), labelled=labelled, grow=0)
    with _going_on_later():
        answered = _measured(asked).results.of(Ours.name, LABELLED, Kind.LABELLED)
    found = recalibrate(pairs_of(answered))
    before, after = found.before, found.after
    console.print(f"Brier score {before.brier:.4f}, and {after.brier:.4f} as fitted.")
    console.print(f"Expected calibration error {before.ece:.4f}, and {after.ece:.4f} as fitted.")
    if after.brier > before.brier:
        console.print("The shipped percentages fit these queries better: do without the file.")
    path = settings.output / "calibration.json"
    found.write(path, Calibration.shipped())
    return [path]


def _measured(settings: Settings) -> Measured:
    from lookalike.evaluation.benchmark import measure
    from lookalike.terminal import errors

    measured = measure(settings)
    for each in measured.refused[:3]:
        errors.print(f"Left out: {each.name} ({each.code}). {each.detail}")
    return measured


@contextmanager
def _going_on_later() -> Iterator[None]:
    from lookalike.terminal import errors

    try:
        yield
    except KeyboardInterrupt:
        errors.print("Stopped. The same command goes on from here.")
        raise
