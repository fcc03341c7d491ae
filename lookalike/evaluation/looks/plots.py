"""Draws the plots of the report on search by looks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

from matplotlib.axes import Axes

from lookalike.evaluation.looks.percentages import Bin
from lookalike.evaluation.looks.quantised import QuantisedScores
from lookalike.evaluation.looks.scores import DEPTH, K, LooksScores
from lookalike.evaluation.report.document import Figure
from lookalike.evaluation.report.plots import COLOURS, GREY, plot


def found_within(name: str, scores: Sequence[tuple[str, LooksScores]]) -> Figure:
    """The share of queries with a right product among the first hits, over their number."""

    def draw(axes: Axes) -> None:
        ranks = range(1, DEPTH + 1)
        for colour, (method, found) in zip(cycle(COLOURS), scores, strict=False):
            axes.plot(ranks, found.within, color=colour, label=method, marker="o", markersize=3)
        axes.set(xlim=(0.5, DEPTH + 0.5), ylim=(0, 1.02))
        axes.set(xlabel="first hits", ylabel="share of queries with a right one")
        axes.set_xticks([1, *range(5, DEPTH + 1, 5)])

    return plot(name, "Found", "Share of queries with a right product among the first hits", draw)


def over_bytes(scores: Sequence[QuantisedScores]) -> Figure:
    """What quantisations keep, over the bytes that a picture takes."""

    def draw(axes: Axes) -> None:
        sizes = [each.bytes for each in scores]
        kept = {
            f"recall@{K} of exact": [each.recall for each in scores],
            f"nDCG@{K}": [each.ndcg for each in scores],
        }
        for colour, (label, values) in zip(COLOURS, kept.items(), strict=False):
            axes.plot(sizes, values, color=colour, label=label, marker="o", markersize=4)
        axes.set_xscale("log", base=2)
        axes.set_xticks(sizes, [f"{each.name}\n{each.bytes:,}" for each in scores])
        axes.set(ylim=(0, 1.02), xlabel="bytes a picture")

    alt = f"Recall of the {K} nearest and nDCG over bytes a picture, by quantisation"
    return plot("looks-quantised", "Quantised against full", alt, draw)


def said_and_right(name: str, bins: Sequence[Bin]) -> Figure:
    """The share of right products over what percentages say; large points are many products."""

    def draw(axes: Axes) -> None:
        said, right = [each.said for each in bins], [each.right for each in bins]
        most = max(each.count for each in bins)
        sizes = [12 + 120 * each.count / most for each in bins]
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--")
        axes.plot(said, right, color=COLOURS[0], linewidth=1)
        axes.scatter(said, right, sizes, color=COLOURS[0], label="products of answers, by number")
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
        axes.set(xlabel="said", ylabel="share of right products")

    alt = "Reliability diagram: percentages that are right lie on the diagonal"
    return plot(name, "Percentages", alt, draw)
