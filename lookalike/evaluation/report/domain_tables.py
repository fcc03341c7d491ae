"""The tables of a report about one domain: what is found, and how fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from lookalike.evaluation.methods import METHODS
from lookalike.evaluation.questions.question import COPIES, Held, Kind
from lookalike.evaluation.report.document import NOTHING, Table, share_text
from lookalike.evaluation.scoring.scored_answers import (
    Judged,
    Recall,
    Results,
    is_called_variant,
    recall,
    share,
)


@dataclass(frozen=True, slots=True)
class Domain:
    """What a run found about one catalogue.

    Attributes:
        methods: names; details are told of the first.
    """

    results: Results
    name: str
    methods: Sequence[str]

    @property
    def first(self) -> str:
        """The method that details are told of."""
        return self.methods[0]

    def of(
        self, method: str, *kinds: Kind, held: Held = Held.WHOLE, name: str | None = None
    ) -> list[Judged]:
        """The answers of a method."""
        names = None if name is None else [name]
        return self.results.of(method, self.name, *kinds, held=held, names=names)

    def threshold(self, method: str) -> float:
        """See ``Results.threshold``."""
        return self.results.threshold(method, self.name)

    def recall(self, method: str, kind: Kind, name: str | None = None) -> Recall:
        """Of one edit, or of all of a kind."""
        return recall(self.of(method, kind, name=name), self.threshold(method))

    def edits(self) -> list[tuple[Kind, str]]:
        """Kind and name of every edit that was asked, in the order of the edits."""
        asked = [judged.question for judged in self.of(self.first, *COPIES)]
        return list(dict.fromkeys((question.kind, question.name) for question in asked))


def figures(domain: Domain, method: str) -> dict[str, float]:
    """What a method is worth, at a glance."""
    edits = domain.recall(method, Kind.EDIT)
    measured = domain.results.calibration(method, domain.name)
    unrelated = domain.of(method, Kind.UNRELATED)
    return {
        "edits_first": edits.first,
        "edits_of_product": share(domain.of(method, Kind.EDIT), domain.results.is_of_product),
        "edits_shipped": edits.shipped,
        "edits_strict": edits.strict,
        "drawn_strict": domain.recall(method, Kind.RANDOM).strict,
        "chains_strict": domain.recall(method, Kind.CHAIN).strict,
        "composites_strict": domain.recall(method, Kind.COMPOSITE).strict,
        "threshold": domain.threshold(method),
        "unrelated_called_per_1000": 1000 * share(unrelated, lambda j: j.is_called),
        "unrelated_matched_per_1000": 1000 * share(unrelated, lambda j: j.is_matched),
        "brier": measured.brier if measured else nan,
        "ece": measured.ece if measured else nan,
    }


def overview(domain: Domain) -> Table:
    """A row a method: everything at a glance."""
    columns = ["", "edits: R@1", "of the product", "R@50", "R@T"]
    columns += ["drawn: R@T", "chains: R@T", "composites: R@T", "T"]
    columns += ["unrelated called copies, per 1,000", "matched", "Brier", "ECE"]
    rows = []
    for method in domain.methods:
        *shares, limit, called, matched, brier, ece = figures(domain, method).values()
        cells = [*map(share_text, shares), score_text(limit), f"{called:.1f}", f"{matched:.1f}"]
        rows.append([METHODS[method].title, *cells, f"{brier:.4f}", f"{ece:.4f}"])
    return Table(columns, rows, "Overview")


def score_text(score: float) -> str:
    """A score as exactly as it needs, since thresholds may be near 1."""
    return f"{score:.3f}" if score <= 0.99 else f"1 - {1 - score:.1e}"  # noqa: PLR2004 - as said


def per_thousand(judged: Sequence[Judged]) -> str:
    """How many are called copies."""
    return f"{1000 * share(judged, lambda j: j.is_called):.1f}" if judged else NOTHING


def by_edit(domain: Domain) -> Table:
    """A row an edit: all figures of the first method, R@T of the others."""
    columns = ["edit", "queries", "R@1", "R@50", "R@T", "called variant"]
    columns += [f"{METHODS[method].title}: R@T" for method in domain.methods[1:]]
    return Table(columns, [_edit_row(domain, *edit) for edit in domain.edits()], "By edit")


def _edit_row(domain: Domain, kind: Kind, name: str) -> list[str]:
    found = domain.recall(domain.first, kind, name)
    variants = share(
        domain.of(domain.first, kind, name=name),
        lambda j: any(map(is_called_variant, j.right_hits)),
    )
    others = [domain.recall(method, kind, name).strict for method in domain.methods[1:]]
    shares = (found.first, found.shipped, found.strict, variants, *others)
    return [name, str(found.queries), *map(share_text, shares)]


def latency(domain: Domain) -> Table:
    """Milliseconds of a search, decoding and hashing included."""
    columns = ["milliseconds", "a copy: p50", "p95", "an unrelated picture: p50", "p95"]
    rows = [
        [
            METHODS[method].title,
            *times(domain.of(method, *COPIES)),
            *times(domain.of(method, Kind.UNRELATED)),
        ]
        for method in domain.methods
    ]
    return Table(columns, rows, "Time of a search, beside what else the run did")


def times(judged: Sequence[Judged]) -> list[str]:
    """Milliseconds: p50 and p95."""
    found = [one.answer.milliseconds for one in judged]
    return [f"{np.percentile(found, q):.0f}" if found else NOTHING for q in (50, 95)]
