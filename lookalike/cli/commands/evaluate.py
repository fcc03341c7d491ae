"""``lookalike evaluate``."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lookalike.catalogue.wanted_columns import parsed_columns
from lookalike.cli.commands import evaluate_options as options
from lookalike.cli.exit_codes import FAILED, exit_code_of
from lookalike.cli.feed_options import WantedColumns
from lookalike.cli.options import DEFAULT_DATA, Data
from lookalike.cores import usable_cores
from lookalike.errors import LookalikeError
from lookalike.terminal import console, errors

if TYPE_CHECKING:
    from lookalike.evaluation.catalogues import Refused
    from lookalike.evaluation.settings import EvaluationSettings

QUICK = (2, 10)
"""Edited and unrelated pictures of a quick run."""


def evaluate(
    catalogues: options.Catalogues = None,
    images_root: options.ImagesRoot = None,
    columns: WantedColumns = None,
    sku_pattern: options.SkuPattern = "",
    output: options.Output = Path("evaluation"),
    edited: options.Edited = 20,
    unrelated: options.Unrelated = 200,
    methods: options.Methods = "ours,imagesearch,phash,phash256,pdq",
    edits: options.Edits = "",
    labelled: options.Labelled = None,
    search: options.Search = "",
    calibrate: options.Calibrate = None,
    decisions: options.Decisions = False,
    data: Data = DEFAULT_DATA,
    half: options.HalfName = "all",
    seed: options.Seed = 1,
    grow: options.Grow = 0,
    workers: options.Workers = None,
    anew: options.Anew = False,
    quick: options.Quick = False,
    leave_one_out: options.LeaveOneOut = False,
    fit_queries: options.FitQueries = 1500,
    fit_pairs: options.FitPairs = 10,
) -> None:
    """Measure how well edited copies of pictures are found, and how rarely other pictures are.

    Applies every edit to pictures of the catalogue, asks about the edited ones and about unrelated
    ones, and writes accuracy.md and accuracy.html with plots. A run that was stopped continues
    where it stopped. With --leave-one-out, answers questions about each catalogue with models that
    are fitted to other ones. With --calibrate, fits the percentages to your labelled queries
    instead, or with --calibrate --decisions to what people have decided about the products of a
    data folder. With --search, measures search by looks instead. Needs the extra 'evaluation'.
    """
    from lookalike.extras import needs_extra

    if decisions or (calibrate and calibrate.name == options.DECISIONS):
        _calibrate_to_decisions(data, images_root, output)
        return
    sources = _required(catalogues)
    if search:
        _report_on_search(sources, images_root, columns or (), search, output, labelled)
        return
    if leave_one_out:
        _refuse_with_leave_one_out(sources, half, calibrate, labelled)
    with _exit_codes(), needs_extra("evaluation"):
        from lookalike.evaluation.settings import EvaluationSettings, FittingSettings, SampleSize

        settings = EvaluationSettings(
            sources,
            output,
            SampleSize(*(QUICK if quick else (edited, unrelated)), seed),
            images_root,
            options.methods_in(methods),
            options.half_named(half),
            labelled,
            grow,
            workers or usable_cores(),
            sku_pattern,
            anew,
            edit_names=options.edits_in(edits),
            leave_one_out=FittingSettings(fit_queries, fit_pairs) if leave_one_out else None,
            columns=parsed_columns(columns or ()),
        )
        _say_written(_recalibrate(settings, calibrate) if calibrate else _report(settings))


def _say_written(paths: Iterable[Path]) -> None:
    for path in paths:
        console.print(f"Written: {path}")


def _required(catalogues: list[Path] | None) -> list[Path]:
    if not catalogues:
        raise typer.BadParameter("name at least one.", param_hint="CATALOGUE.csv")
    return catalogues


def _calibrate_to_decisions(data: Path, images_root: Path | None, output: Path) -> None:
    from lookalike.extras import needs_extra

    with _exit_codes(), needs_extra("evaluation"):
        from lookalike.cli.calibrating import calibrated_to_decisions

        _say_written(calibrated_to_decisions(data, images_root, output))


def _refuse_with_leave_one_out(
    catalogues: list[Path], half: str, calibrate: Path | None, labelled: Path | None
) -> None:
    """Refuse what has no meaning where every catalogue is answered by models of the others.

    Raises:
        BadParameter: an option does not fit, or there is a single catalogue.
    """
    wrong = {
        "--half": (half != "all", "no picture of the catalogue in question takes part in a fit"),
        "--calibrate": (calibrate is not None, "the calibration is fitted to the other catalogues"),
        "--labelled": (labelled is not None, "labelled queries belong to no single catalogue"),
    }
    for option, (is_given, reason) in wrong.items():
        if is_given:
            raise typer.BadParameter(
                f"not together with {option}: {reason}.", param_hint="--leave-one-out"
            )
    if len(catalogues) == 1:
        raise typer.BadParameter(
            "at least two catalogues are needed, to fit to one and ask about the other.",
            param_hint="--leave-one-out",
        )


@contextmanager
def _exit_codes() -> Iterator[None]:
    """Print errors as one sentence, and end the command with their exit code."""
    from concurrent.futures.process import BrokenProcessPool

    from lookalike.cli.output import complain, complain_of

    try:
        yield
    except LookalikeError as error:
        complain_of(error)
        raise typer.Exit(exit_code_of(error)) from error
    except BrokenProcessPool as error:
        complain(
            "A process was killed, perhaps for lack of memory. The same command continues from "
            "here; --workers 1 needs the least memory."
        )
        raise typer.Exit(FAILED) from error


def _report_on_search(
    catalogues: list[Path],
    images_root: Path | None,
    columns: Sequence[str],
    attributes: str,
    output: Path,
    labelled: Path | None,
) -> None:
    from lookalike.extras import needs_extra

    with _exit_codes(), needs_extra("evaluation"):
        from lookalike.evaluation.looks.benchmark import LooksSettings, measure_looks
        from lookalike.search.models.registry import read_models

        names = options.names_in(attributes, "--search")
        settings = LooksSettings(
            catalogues, names, read_models(), output, images_root, labelled, parsed_columns(columns)
        )
        written, refused = measure_looks(settings, shlex.join(["lookalike", *sys.argv[1:]]))
    _print_refused(refused)
    _say_written(written)


def _report(settings: EvaluationSettings) -> list[Path]:
    from lookalike.evaluation.benchmark import measure
    from lookalike.evaluation.report.accuracy_report import headlines, write_report

    with _continues_later():
        measured = measure(settings)
        _print_refused(measured.refused)
        for line in headlines(measured):
            console.print(line)
        if (settings.sample_size.edited, settings.sample_size.unrelated) == QUICK:
            errors.print("So few pictures show that everything works, and little of how well.")
        return write_report(measured, shlex.join(["lookalike", *sys.argv[1:]]))


def _recalibrate(settings: EvaluationSettings, labelled: Path) -> list[Path]:
    from lookalike.cli.calibrating import calibrated
    from lookalike.evaluation.benchmark import measure_labelled
    from lookalike.evaluation.scoring.recalibration import pairs_of, recalibrate

    with _continues_later():
        measured, answers = measure_labelled(settings, labelled)
    _print_refused(measured.refused)
    return calibrated(recalibrate(pairs_of(answers)), settings.output)


def _print_refused(refused: Sequence[Refused]) -> None:
    for each in refused[:3]:
        errors.print(f"Left out: {each.name} ({each.code}). {each.detail}")


@contextmanager
def _continues_later() -> Iterator[None]:
    from lookalike.cli.termination import Stopped

    try:
        yield
    except KeyboardInterrupt:
        errors.print("Stopped. The same command continues from here.")
        raise Stopped from None
