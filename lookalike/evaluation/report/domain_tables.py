"""The tables of one catalogue: what is found, and how fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from lookalike.evaluation.methods import METHODS
from lookalike.evaluation.questions.question import COPY_KINDS, IndexKind, Kind
from lookalike.evaluation.report.document import NOTHING, Table, share_text
from lookalike.evaluation.scoring.scored_answers import (
    Recall,
    Results,
    ScoredAnswer,
    is_called_variant,
    recall,
    share,
)

MAX_PLAIN_SCORE = 0.99
"""Scores above it are written by their distance from 1."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The results of a run on one catalogue.

    Attributes:
        results: of the whole run.
        name: of the catalogue.
        methods: names; the report gives details of the first.
    """

    results: Results
    name: str
    methods: Sequence[str]

    @property
    def first(self) -> str:
        """The method that the report gives details of."""
        return self.methods[0]

    def answers(
        self,
        method: str,
        *kinds: Kind,
        index_kind: IndexKind = IndexKind.WHOLE,
        edit: str | None = None,
    ) -> list[ScoredAnswer]:
        """The answers of a method to questions of these kinds."""
        edits = None if edit is None else [edit]
        return self.results.answers(method, self.name, *kinds, index_kind=index_kind, edits=edits)

    def threshold(self, method: str) -> float:
        """See ``Results.threshold``."""
        return self.results.threshold(method, self.name)

    def recall(
        self,
        method: str,
        kind: Kind,
        edit: str | None = None,
        index_kind: IndexKind = IndexKind.WHOLE,
    ) -> Recall:
        """The recall of a method for one edit, or for all edits of a kind."""
        found = self.answers(method, kind, index_kind=index_kind, edit=edit)
        return recall(found, self.threshold(method))

    def edits(self) -> list[tuple[Kind, str]]:
        """Kind and name of every edit in the questions, in the order of the edits."""
        asked = [each.question for each in self.answers(self.first, *COPY_KINDS)]
        return list(dict.fromkeys((question.kind, question.edit) for question in asked))


def figures(domain: Domain, method: str) -> dict[str, float]:
    """The figures of a method in the overview, by name."""
    edits = domain.recall(method, Kind.EDIT)
    measured = domain.results.reliability(method, domain.name)
    unrelated = domain.answers(method, Kind.UNRELATED)
    return {
        "edits_first": edits.first,
        "edits_of_product": share(domain.answers(method, Kind.EDIT), domain.results.is_of_product),
        "edits_shipped": edits.shipped,
        "edits_strict": edits.strict,
        "drawn_strict": domain.recall(method, Kind.RANDOM).strict,
        "chains_strict": domain.recall(method, Kind.CHAIN).strict,
        "composites_strict": domain.recall(method, Kind.COMPOSITE).strict,
        "threshold": domain.threshold(method),
        "unrelated_called_per_1000": 1000 * share(unrelated, lambda each: each.is_called_copy),
        "unrelated_matched_per_1000": 1000 * share(unrelated, lambda each: each.is_matched),
        "brier": measured.brier if measured else nan,
        "ece": measured.ece if measured else nan,
    }


def overview(domain: Domain) -> Table:
    """All figures at a glance, with a row for each method."""
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
    """A score with as many digits as it needs, since thresholds may be close to 1."""
    return f"{score:.3f}" if score <= MAX_PLAIN_SCORE else f"1 - {1 - score:.1e}"


def per_thousand(answers: Sequence[ScoredAnswer]) -> str:
    """Return the number of queries in 1,000 whose best hit is called a copy."""
    if not answers:
        return NOTHING
    return f"{1000 * share(answers, lambda each: each.is_called_copy):.1f}"


def by_edit(domain: Domain) -> Table:
    """A row for each edit: all figures of the first method, R@T of the others."""
    columns = ["edit", "queries", "R@1", "R@50", "R@T", "called variant"]
    columns += [f"{METHODS[method].title}: R@T" for method in domain.methods[1:]]
    return Table(columns, [_edit_row(domain, *edit) for edit in domain.edits()], "By edit")


def _edit_row(domain: Domain, kind: Kind, edit: str) -> list[str]:
    found = domain.recall(domain.first, kind, edit)
    variants = share(domain.answers(domain.first, kind, edit=edit), has_called_variant)
    others = [domain.recall(method, kind, edit).strict for method in domain.methods[1:]]
    shares = (found.first, found.shipped, found.strict, variants, *others)
    return [edit, str(found.queries), *map(share_text, shares)]


def has_called_variant(scored: ScoredAnswer) -> bool:
    """Return whether a right hit is called a colour variant."""
    return any(map(is_called_variant, scored.right_hits))


def latency(domain: Domain) -> Table:
    """Milliseconds of a search, decoding and hashing of the query included."""
    columns = ["milliseconds", "a copy: p50", "p95", "an unrelated picture: p50", "p95"]
    rows = [
        [
            METHODS[method].title,
            *latency_cells(domain.answers(method, *COPY_KINDS)),
            *latency_cells(domain.answers(method, Kind.UNRELATED)),
        ]
        for method in domain.methods
    ]
    return Table(columns, rows, "Duration of a search, with the other processes of the run")


def latency_cells(answers: Sequence[ScoredAnswer]) -> list[str]:
    """The 50th and the 95th percentile, in milliseconds."""
    found = [each.answer.milliseconds for each in answers]
    return [f"{np.percentile(found, q):.0f}" if found else NOTHING for q in (50, 95)]
