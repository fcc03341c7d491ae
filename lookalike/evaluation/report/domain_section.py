"""The section of the report about one catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lookalike.evaluation.benchmark import Measured
from lookalike.evaluation.methods import METHODS
from lookalike.evaluation.questions.question import COPY_KINDS, Kind
from lookalike.evaluation.report import domain_tables, negative_tables, plots
from lookalike.evaluation.report.document import Figure, Figures, Section, Table
from lookalike.evaluation.report.domain_tables import Domain
from lookalike.evaluation.scoring.metrics import FALSE_PER, Curve, curve
from lookalike.evaluation.scoring.scored_answers import ScoredAnswer
from lookalike.evaluation.screening import nearest_unrelated


def domain_section(domain: Domain, measured: Measured) -> Section:
    """Text, tables and plots of one catalogue."""
    parts: list[Table | Figures] = [
        domain_tables.overview(domain),
        Figures(_figures(domain)),
        negative_tables.unrelated(domain, hard_pictures(measured, domain)),
        negative_tables.recolourings(domain),
        negative_tables.colours_and_views(domain),
        domain_tables.latency(domain),
        domain_tables.by_edit(domain),
        Figures([_recall_by_edit(domain)], are_wide=True),
    ]
    filled = [part for part in parts if not isinstance(part, Table) or part.rows]
    return Section(domain.name, _text(domain), filled)


def _text(domain: Domain) -> str:
    queries = len(domain.answers(domain.first, Kind.UNRELATED))
    return (
        f"The plots of scores and thresholds, the tables of colours, and the left columns by edit "
        f"are for {METHODS[domain.first].title}. *Most similar to another product* are the tenth "
        f"of the unrelated pictures that are nearest to a picture of another product by plain "
        f"pHash of 256 bits; a *hard negative* shares what its name says with a picture of the "
        f"index. An unrelated picture is asked in up to eleven forms, so 95 % intervals count "
        f"different pictures and not queries, and *confused* are pictures that are called a copy "
        f"in any form. Of {queries:,} unrelated queries, {queries // FALSE_PER} may exceed T."
    )


def hard_pictures(measured: Measured, domain: Domain) -> frozenset[str]:
    """Entity ids of the tenth of the unrelated pictures most similar to another product."""
    queries = {each.question.query for each in domain.answers(domain.first, Kind.UNRELATED)}
    queried = [entry for entry in measured.entries if entry.entity_id in queries]
    bits = nearest_unrelated(queried, measured.entries, measured.screened)
    number = -(-len(queried) // negative_tables.HARDEST)
    return frozenset(queried[row].entity_id for row in np.argsort(bits, kind="stable")[:number])


def _figures(domain: Domain) -> list[Figure]:
    copies = domain.answers(domain.first, *COPY_KINDS)
    unrelated = domain.answers(domain.first, Kind.UNRELATED)
    reliabilities = {
        METHODS[method].title: found
        for method in domain.methods
        if (found := domain.results.reliability(method, domain.name))
    }
    scores = {
        "copies, right": [each.score for each in copies if each.is_right],
        "copies, wrong": [each.score for each in copies if not each.is_right],
        "unrelated": [each.score for each in unrelated],
    }
    return [
        plots.reliability(domain.name, reliabilities),
        plots.distributions(domain.name, {kind: found for kind, found in scores.items() if found}),
        plots.over_thresholds(domain.name, decisions([*copies, *unrelated])),
    ]


def decisions(answers: Sequence[ScoredAnswer]) -> Curve:
    """Precision and recall where the best hit of a query counts as a match above a threshold."""
    with_hits = [each for each in answers if each.answer.hits]
    missed = sum(bool(each.question.expected) and not each.is_right for each in answers)
    return curve([each.score for each in with_hits], [each.is_right for each in with_hits], missed)


def _recall_by_edit(domain: Domain) -> Figure:
    edits = domain.edits()
    found = {
        METHODS[method].title: [domain.recall(method, *edit).strict for edit in edits]
        for method in domain.methods
    }
    return plots.recall_by_edit(domain.name, [name for _, name in edits], found)
