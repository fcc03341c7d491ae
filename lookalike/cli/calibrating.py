"""Fits percentages to labelled queries, or to what people have decided, and says what changes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from lookalike.terminal import console, errors, progress_bar

if TYPE_CHECKING:
    from lookalike.evaluation.decided_scores import DecisionScorer, ScoredDecisions
    from lookalike.evaluation.scoring.recalibration import Recalibration
    from lookalike.storage.interfaces import Storage

_DECIDE_MORE = "Decide about more products (lookalike decisions), duplicates and others."


def calibrated_to_decisions(data: Path, images_root: Path | None, output: Path) -> list[Path]:
    """Fit percentages to the decisions in a data folder; return the file that is written.

    Args:
        data: the folder.
        images_root: folder that relative addresses of pictures start from.
        output: folder for the file.

    Raises:
        BadParameterError: too few decisions are labels.
    """
    from lookalike.evaluation.scoring.recalibration import recalibrate
    from lookalike.local.data_folder import open_storage
    from lookalike.storage.decisions import every_decision

    with closing(open_storage(data, read_only=True)) as storage:
        total = sum(1 for _ in every_decision(storage.decisions))
        with progress_bar(total, "Comparing") as advance:
            found = _scores(storage, images_root).scored(lambda count: advance(count, 0))
    _say_left_out(found)
    return calibrated(recalibrate(found.pairs, "The decisions give", _DECIDE_MORE), output)


def calibrated(found: Recalibration, output: Path) -> list[Path]:
    """Say what a fit changes, and write it; return the file."""
    from lookalike.matching.calibration import Calibration

    before, after = found.before, found.after
    console.print(f"Brier score: {before.brier:.4f} as shipped, {after.brier:.4f} as fitted.")
    console.print(
        f"Expected calibration error: {before.ece:.4f} as shipped, {after.ece:.4f} as fitted."
    )
    for shipped, fitted in found.changes:
        console.print(f"{100 * shipped:4.0f} % becomes {100 * fitted:.2f} %.")
    if after.brier > before.brier:
        console.print("The shipped percentages fit these pairs better: do not use the file.")
    output.mkdir(parents=True, exist_ok=True)
    path = output / "calibration.json"
    found.write(path, Calibration.shipped())
    return [path]


def _scores(storage: Storage, images_root: Path | None) -> DecisionScorer:
    from lookalike.evaluation.decided_scores import DecisionScorer
    from lookalike.images.fetching.fetcher import CatalogueFetcher
    from lookalike.images.fetching.folder import FolderFetcher
    from lookalike.images.fetching.web import WebFetcher
    from lookalike.images.preparation import prepare
    from lookalike.matching.calibration import Calibration
    from lookalike.matching.shipped import build_verifier, fingerprinter

    folder = FolderFetcher(images_root) if images_root else None
    fetcher = CatalogueFetcher(WebFetcher(), folder)
    verifier = build_verifier(Calibration.shipped())
    return DecisionScorer(
        storage, lambda address: prepare(fetcher.fetch(address)), fingerprinter(), verifier
    )


def _say_left_out(found: ScoredDecisions) -> None:
    for reason, count in found.left_out.most_common():
        errors.print(f"Left out: {count} decisions {reason}.")
