"""Writes the report on search by looks, and the scale of the default model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from lookalike.evaluation.looks import plots
from lookalike.evaluation.looks.percentages import FittedScale
from lookalike.evaluation.looks.quantised import QuantisedScores
from lookalike.evaluation.looks.scores import K, LooksScores
from lookalike.evaluation.looks.tasks import Task
from lookalike.evaluation.report.document import (
    Document,
    Figures,
    Section,
    Table,
    share_text,
)
from lookalike.evaluation.report.files import write_document

REPORT = "search"
SCALE = "likeness.json"

_COLUMNS = ("", "first", f"in {K}", "MRR", f"nDCG@{K}", f"P@{K}", f"R@{K}", f"F1@{K}")


def task_section(
    number: int, task: Task, pictures: int, scores: Sequence[tuple[str, LooksScores]]
) -> Section:
    """The scores of every representation on one task; the number is in the name of its plot."""
    rows = [[name, *map(share_text, _values(each))] for name, each in scores]
    text = (
        f"{len(task.questions):,} queries, answered from {pictures:,} pictures that nothing was "
        "fitted to. What is right, and ignored, is said in `docs/search.md`."
    )
    found = plots.found_within(f"looks-found-{number}", scores)
    return Section(task.title, text, [Table(_COLUMNS, rows), Figures([found])])


def quantised_section(model: str, scores: Sequence[QuantisedScores]) -> Section:
    """Quantisations of one model."""
    rows = [
        [
            each.name,
            f"{each.bytes:,}",
            share_text(each.recall),
            share_text(each.ndcg),
            f"{each.milliseconds:.2f}",
        ]
        for each in scores
    ]
    columns = ("", "bytes a picture", f"recall@{K} of exact", f"nDCG@{K}", "ms a search")
    figures = Figures([plots.over_bytes(scores)])
    text = "Product quantisation and the mean of signs are fitted to the other half of the styles."
    return Section(f"Quantised against full: {model}", text, [Table(columns, rows), figures])


def percentages_section(number: int, title: str, fitted: FittedScale) -> Section:
    """What percentages say on the half that they were not fitted on; see ``task_section``."""
    rows = [
        [
            f"{each.low} to {each.high} %",
            f"{each.count:,}",
            f"{100 * each.said:.1f} %",
            f"{100 * each.right:.1f} %",
        ]
        for each in fitted.bins
    ]
    text = (
        f"Fitted on one half of the styles, reported on the other: Brier score {fitted.brier:.4f}, "
        f"and {fitted.base:.4f} where every product has the same percentage."
    )
    table = Table(("percentage", "products", "said", "right"), rows)
    plot = f"looks-percentages-{number}"
    figures = [plots.said_and_right(plot, fitted.bins)] if fitted.bins else []
    return Section(f"Percentages: {title}", text, [table, Figures(figures)])


def write_report(
    folder: Path, command: str, sections: Sequence[Section], scales: dict[str, FittedScale]
) -> list[Path]:
    """Write the report with its plots, and the scales by version of the model.

    Returns:
        The paths of the report, as Markdown and as HTML, and of the scales.
    """
    document = Document("Search by looks", f"Written by `{command}`.", sections)
    reports = write_document(document, folder, REPORT)
    scale = folder / SCALE
    values = {version: asdict(fitted.scale) for version, fitted in scales.items()}
    scale.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    return [*reports, scale]


def _values(scores: LooksScores) -> list[float]:
    means = scores.mrr, scores.ndcg, scores.precision, scores.recall, scores.f1
    return [scores.first, scores.found, *means]
