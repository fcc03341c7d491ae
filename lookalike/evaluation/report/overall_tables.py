"""The tables that are not about one domain alone: sizes of the index, published figures, labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from lookalike.evaluation.methods import METHODS, Hit, Ours
from lookalike.evaluation.questions.labelled import LABELLED
from lookalike.evaluation.questions.question import Held, Kind
from lookalike.evaluation.report.document import NOTHING, Table, share_text
from lookalike.evaluation.report.domain_tables import Domain, per_thousand, score_text, times
from lookalike.evaluation.scoring import ranking_metrics as ranking
from lookalike.evaluation.scoring.metrics import Curve, curve, threshold
from lookalike.evaluation.scoring.published_figures import IMAGE_SEARCH, PERCEPTION, PRECISION
from lookalike.evaluation.scoring.scored_answers import SHIPPED, Judged, Results, recall

RANKS = (1, 5, 10)
Count = Callable[[Sequence[str], frozenset[str]], float]


def sizes(domains: Sequence[Domain], pictures: Mapping[Held, int]) -> Table:
    """The same questions, asked of indexes of several sizes.

    Args:
        domains: what was found.
        pictures: what each index holds.
    """
    columns = ["", "pictures", "edits: R@1", "R@50", "R@T", "T"]
    columns += ["of the whole's", "unrelated called copies, per 1,000", "of"]
    columns += ["ms, a copy: p50", "p95", "unrelated: p50", "p95"]
    rows = []
    for domain in domains:
        edits, unrelated = (
            _asked_of_all(domain, kind, list(pictures)) for kind in (Kind.EDIT, Kind.UNRELATED)
        )
        limits = {held: threshold([j.score for j in unrelated[held]]) for held in pictures}
        recalls = {held: recall(edits[held], limits[held]) for held in pictures}
        for held, number in pictures.items():
            found = recalls[held]
            shares = map(share_text, (found.first, found.shipped, found.strict))
            kept = share_text(found.strict / max(1e-9, recalls[Held.WHOLE].strict))
            called = per_thousand(unrelated[held]), str(len(unrelated[held]))
            took = *times(edits[held]), *times(unrelated[held])
            cells = [*shares, score_text(limits[held]), kept, *called, *took]
            rows.append([domain.name, f"{number:,}", *cells])
    return Table(columns, rows)


def _asked_of_all(domain: Domain, kind: Kind, indexes: Sequence[Held]) -> dict[Held, list[Judged]]:
    """By index, the answers of Lookalike to the questions that all indexes were asked."""
    answered = {
        index: {j.question.content: j for j in domain.of(Ours.name, kind, held=index)}
        for index in indexes
    }
    common = set.intersection(*(set(found) for found in answered.values()))
    return {
        index: [judged for content, judged in found.items() if content in common]
        for index, found in answered.items()
    }


def perception(domains: Sequence[Domain]) -> Table:
    """Found at a precision of 99.99 %: published figures, and the same measure here."""
    rows = [
        [source, *(share_text(edit.found[source]) for edit in PERCEPTION)]
        for source in PERCEPTION[0].found
    ]
    for domain in domains:
        for method in domain.methods:
            found = [
                at_precision(
                    domain.of(method, Kind.PUBLISHED, name=edit.edit), domain.results.is_stranger
                )
                for edit in PERCEPTION
            ]
            rows.append([f"{domain.name}: {METHODS[method].title}", *map(share_text, found)])
    columns = ["", *(edit.edit for edit in PERCEPTION)]
    return Table(columns, rows, "Found at 99.99 % precision")


def at_precision(
    judged: Sequence[Judged],
    is_stranger: Callable[[Judged, Hit], bool],
    precision: float = PRECISION,
) -> float:
    """The largest recall at this precision, as perception's benchmark has it.

    Every query counts twice: with the score of its own picture, and with that of the nearest one of
    another product.
    """
    scores: list[float] = []
    right: list[bool] = []
    missed = 0
    for one in judged:
        own = max((hit.score for hit in one.right_hits), default=None)
        missed += own is None
        pairs = [(own, True)] if own is not None else []
        others = [hit.score for hit in one.answer.hits if is_stranger(one, hit)]
        pairs += [(max(others), False)] if others else []
        scores += [score for score, _ in pairs]
        right += [truth for _, truth in pairs]
    found = curve(scores, right, missed)
    enough = found.recall[found.precision >= precision]
    return float(enough.max()) if len(enough) else 0.0


def image_search(similarities: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Table:
    """Mean similarity of pictures and edited copies: published, and here.

    Args:
        similarities: by domain, by title of the method, by edit.
    """
    rows = [["published: imageSearch", *(share_text(edit.similarity) for edit in IMAGE_SEARCH)]]
    rows += [
        [f"{domain}: {title}", *(share_text(found[edit.edit]) for edit in IMAGE_SEARCH)]
        for domain, by_title in similarities.items()
        for title, found in by_title.items()
    ]
    columns = ["", *(edit.edit for edit in IMAGE_SEARCH)]
    return Table(columns, rows, "Mean similarity of a picture and its edited copy")


def labelled(results: Results, methods: Sequence[str]) -> list[Table]:
    """Order and decisions on the labelled queries."""
    return [_ranks(results, methods), _decisions(results, methods)]


def _ranks(results: Results, methods: Sequence[str]) -> Table:
    columns = ["", "queries", "MRR"]
    columns += [f"{name}@{k}" for name in ("nDCG", "P", "R") for k in RANKS]
    rows = []
    for method in methods:
        answered = [j for j in labelled_answers(results, method) if j.question.expected]
        cells = [_mean(answered, ranking.reciprocal_rank)]
        cells += [
            _mean(answered, lambda hits, right, k=k, measure=measure: measure(k, hits, right))  # type: ignore[misc]
            for measure in (ranking.ndcg_at, ranking.precision_at, ranking.recall_at)
            for k in RANKS
        ]
        rows.append([METHODS[method].title, str(len(answered)), *cells])
    return Table(columns, rows, "Order of the hits")


def _mean(judged: Sequence[Judged], measure: Count) -> str:
    values = [
        measure([hit.entity_id for hit in j.answer.hits], frozenset(j.question.expected))
        for j in judged
    ]
    return share_text(float(np.mean(values))) if values else NOTHING


def _decisions(results: Results, methods: Sequence[str]) -> Table:
    columns = ["", "best threshold", "precision", "recall", "F1"]
    columns += ["at 50 %: precision", "recall", "F1"]
    rows = []
    for method in methods:
        found = labelled_curve(results, method)
        best = found.best
        cells = map(share_text, (best, *found.at(best), *found.at(SHIPPED)))
        rows.append([METHODS[method].title, *cells])
    return Table(columns, rows, "Every hit above a threshold called right")


def labelled_curve(results: Results, method: str) -> Curve:
    """Precision and recall over thresholds, every hit of every query a decision."""
    judged = labelled_answers(results, method)
    hits = [
        (hit.score, hit.entity_id in j.question.expected) for j in judged for hit in j.answer.hits
    ]
    there = sum(len(j.question.expected) for j in judged)
    right = [truth for _, truth in hits]
    return curve([score for score, _ in hits], right, there - sum(right))


def labelled_answers(results: Results, method: str) -> list[Judged]:
    """The labelled queries."""
    return results.of(method, LABELLED, Kind.LABELLED)
