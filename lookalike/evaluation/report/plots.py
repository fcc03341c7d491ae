"""Draws the plots of a report as SVG."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

from lookalike.evaluation.report.document import Figure
from lookalike.evaluation.scoring.metrics import Curve
from lookalike.evaluation.scoring.reliability import Reliability
from lookalike.evaluation.scoring.scored_answers import SHIPPED_THRESHOLD

WIDTH = 6.0
HEIGHT = 4.0
BAR_HEIGHT = 0.145
"""Inches for each edit in the plot of edits."""
PANEL_WIDTH = 1.8
"""Inches for each method in the plot of edits."""
COLOURS = ("#0b6e4f", "#d1495b", "#3a6ea5", "#edae49", "#7b5ea7", "#8d99ae")
GREY = "#8a94a0"
STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "grid.color": "#e6eaee",
    "axes.axisbelow": True,
    "svg.fonttype": "none",
    "svg.hashsalt": "lookalike",
    "legend.frameon": False,
}

Series = Mapping[str, Sequence[float]]
"""Values by name in the legend."""


def recall_by_edit(name: str, edits: Sequence[str], found: Series) -> Figure:
    """Recall at the strict threshold: a bar for each edit, a panel for each method."""
    with rc_context(STYLE):
        height = 0.6 + BAR_HEIGHT * len(edits)
        canvas = Canvas(figsize=(2 + PANEL_WIDTH * len(found), height), layout="constrained")
        panels = canvas.subplots(1, len(found), sharex=True, sharey=True, squeeze=False)[0]
        rows = np.arange(len(edits))
        for colour, panel, (method, values) in zip(COLOURS, panels, found.items(), strict=False):
            panel.barh(rows, values, color=colour, height=0.72)
            panel.set_title(method, fontsize=9)
            panel.set(xlim=(0, 1), ylim=(len(edits) - 0.4, -0.6))
            panel.set_xticks([0, 0.5, 1], ["0", "", "1"])
            panel.grid(visible=False, axis="y")
        panels[0].set_yticks(rows, edits, fontsize=7.5)
        alt = "Share of edited copies found, by edit and method"
        title = "Recall at one false match per 1,000 unrelated queries"
        return Figure(f"{name}-edits", title, alt, _svg(canvas))


def reliability(name: str, found: Mapping[str, Reliability]) -> Figure:
    """The share of right hits over the score, with 95 % intervals."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--")
        for colour, (method, measured) in zip(COLOURS, found.items(), strict=False):
            score, right, low, high = (
                np.array([getattr(part, key) for part in measured.bins])
                for key in ("score", "right", "low", "high")
            )
            reach = np.maximum(0, [right - low, high - right])
            axes.errorbar(
                score, right, reach, color=colour, label=method, marker="o", markersize=4, capsize=2
            )
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
        axes.set(xlabel="score of the best hit", ylabel="share of right hits")

    alt = "Reliability diagram: a calibrated score lies on the diagonal"
    return plot(f"{name}-reliability", "Reliability", alt, draw)


def distributions(name: str, kinds: Series) -> Figure:
    """The distribution of the best scores, for each kind of query."""

    def draw(axes: Axes) -> None:
        bins: NDArray[np.float64] = np.linspace(0, 1, 41)
        for colour, (kind, scores) in zip(COLOURS, kinds.items(), strict=False):
            share = np.full(len(scores), 1 / max(1, len(scores)))
            axes.hist(scores, list(bins), weights=share, color=colour, alpha=0.55, label=kind)
        axes.axvline(SHIPPED_THRESHOLD, color=GREY, linewidth=1, linestyle="--")
        axes.set_yscale("symlog", linthresh=0.001, linscale=0.3)
        axes.set(xlim=(0, 1), ylim=(0, 1.2))
        axes.set(xlabel="score of the best hit", ylabel="share of queries (logarithmic)")

    alt = "Distribution of the best scores of copies and of unrelated pictures"
    return plot(f"{name}-scores", "Scores", alt, draw)


def over_thresholds(name: str, measured: Curve) -> Figure:
    """Precision, recall and F1 at every threshold."""

    def draw(axes: Axes) -> None:
        lines = {"precision": measured.precision, "recall": measured.recall, "F1": measured.f1}
        for colour, (label, values) in zip(COLOURS, lines.items(), strict=False):
            axes.step(measured.thresholds, values, where="pre", color=colour, label=label)
        axes.axvline(SHIPPED_THRESHOLD, color=GREY, linewidth=1, linestyle="--")
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="threshold")

    alt = "Precision, recall and F1 over the threshold"
    return plot(f"{name}-thresholds", "Precision, recall and F1", alt, draw)


def plot(name: str, title: str, alt: str, draw: Callable[[Axes], None]) -> Figure:
    """A plot with one panel and a legend above it."""
    with rc_context(STYLE):
        canvas = Canvas(figsize=(WIDTH, HEIGHT), layout="constrained")
        axes = canvas.add_subplot()
        draw(axes)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
        return Figure(name, title, alt, _svg(canvas))


def _svg(canvas: Canvas) -> str:
    """The drawing without date and metadata, so that the same figures give the same bytes."""
    file = io.StringIO()
    canvas.savefig(file, format="svg", metadata={"Date": None})
    drawing = file.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    return re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
