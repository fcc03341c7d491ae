"""The tables beside those of single catalogues: index sizes and published figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lookalike.evaluation.methods import METHODS, Hit, Ours
from lookalike.evaluation.questions.question import IndexKind, Kind
from lookalike.evaluation.report import all_shops
from lookalike.evaluation.report.document import NOTHING, Table, share_text
from lookalike.evaluation.report.domain_tables import (
    Domain,
    latency_cells,
    per_thousand,
    score_text,
)
from lookalike.evaluation.scoring.metrics import curve, threshold
from lookalike.evaluation.scoring.published_figures import (
    IMAGE_SEARCH_SIMILARITY,
    PERCEPTION,
    PRECISION,
)
from lookalike.evaluation.scoring.scored_answers import Recall, ScoredAnswer, recall

Answers = Mapping[IndexKind, list[ScoredAnswer]]


def index_sizes(domains: Sequence[Domain], sizes: Mapping[IndexKind, int]) -> Table:
    """Build the table of the same questions, asked of indexes of several sizes.

    Args:
        domains: their results.
        sizes: number of pictures in each index.
    """
    columns = ["", "pictures", "edits: R@1", "R@50", "R@T", "T"]
    columns += ["R@T over that of the whole", "unrelated called copies, per 1,000", "of"]
    columns += ["ms, a copy: p50", "p95", "unrelated: p50", "p95"]
    rows = []
    for domain in domains:
        edits, unrelated = (
            _common_answers(domain, kind, list(sizes)) for kind in (Kind.EDIT, Kind.UNRELATED)
        )
        for kind, number in sizes.items():
            cells = _size_cells(kind, edits, unrelated)
            rows.append([domain.name, f"{number:,}", *cells])
    return Table(columns, [*_all_sizes(domains, sizes), *rows])


def _all_sizes(domains: Sequence[Domain], sizes: Mapping[IndexKind, int]) -> list[list[str]]:
    """A row for each index over all catalogues: recalls as mean and median; none for a single one.

    T differs between catalogues, so its cell is empty; answers to unrelated queries are pooled.
    """
    if len(domains) == 1:
        return []
    edits, unrelated = (
        [_common_answers(domain, kind, list(sizes)) for domain in domains]
        for kind in (Kind.EDIT, Kind.UNRELATED)
    )
    rows = []
    for kind, number in sizes.items():
        pairs = list(zip(edits, unrelated, strict=True))
        recalls = [_recall(kind, *pair) for pair in pairs]
        wholes = [_recall(IndexKind.WHOLE, *pair) for pair in pairs]
        kept = [
            each.strict / max(1e-9, whole.strict)
            for each, whole in zip(recalls, wholes, strict=True)
        ]
        shares = [[each.first for each in recalls], [each.shipped for each in recalls]]
        first, shipped, strict, ratio = map(
            all_shops.mean_and_median, [*shares, [each.strict for each in recalls], kept]
        )
        copies, others = (
            [scored for each in answers for scored in each[kind]] for answers in (edits, unrelated)
        )
        cells = [first, shipped, strict, NOTHING, ratio, per_thousand(others), str(len(others))]
        times = [*latency_cells(copies), *latency_cells(others)]
        rows.append([all_shops.label(len(domains)), f"{number:,}", *cells, *times])
    return rows


def _recall(kind: IndexKind, edits: Answers, unrelated: Answers) -> Recall:
    """The recall of edits in one index, by the threshold of its unrelated queries."""
    return recall(edits[kind], threshold([each.score for each in unrelated[kind]]))


def _common_answers(domain: Domain, kind: Kind, indexes: Sequence[IndexKind]) -> Answers:
    """Lookalike's answers to the questions that all indexes were asked, by index."""
    answered = {
        index: {
            each.question.content: each
            for each in domain.answers(Ours.name, kind, index_kind=index)
        }
        for index in indexes
    }
    common = set.intersection(*(set(found) for found in answered.values()))
    return {
        index: [scored for content, scored in found.items() if content in common]
        for index, found in answered.items()
    }


def _size_cells(kind: IndexKind, edits: Answers, unrelated: Answers) -> list[str]:
    limit = threshold([each.score for each in unrelated[kind]])
    found, whole = (_recall(each, edits, unrelated) for each in (kind, IndexKind.WHOLE))
    return [
        *map(share_text, (found.first, found.shipped, found.strict)),
        score_text(limit),
        share_text(found.strict / max(1e-9, whole.strict)),
        per_thousand(unrelated[kind]),
        str(len(unrelated[kind])),
        *latency_cells(edits[kind]),
        *latency_cells(unrelated[kind]),
    ]


def perception_benchmark(domains: Sequence[Domain]) -> Table:
    """Recall at a precision of 99.99 %: published figures, and the same measure here."""
    rows = [
        [source, *(share_text(edit.recall[source]) for edit in PERCEPTION)]
        for source in PERCEPTION[0].recall
    ]
    found = [
        (domain.name, method, [_published_recall(domain, method, edit.edit) for edit in PERCEPTION])
        for domain in domains
        for method in domain.methods
    ]
    if len(domains) > 1:
        for method in domains[0].methods:
            by_edit = zip(*(shares for _, by, shares in found if by == method), strict=True)
            cells = map(all_shops.mean_and_median, by_edit)
            rows.append([f"{all_shops.label(len(domains))}: {METHODS[method].title}", *cells])
    rows += [
        [f"{name}: {METHODS[method].title}", *map(share_text, shares)]
        for name, method, shares in found
    ]
    columns = ["", *(edit.edit for edit in PERCEPTION)]
    return Table(columns, rows, "Recall at 99.99 % precision")


def _published_recall(domain: Domain, method: str, edit: str) -> float:
    answers = domain.answers(method, Kind.PUBLISHED, edit=edit)
    return recall_at_precision(answers, domain.results.is_unrelated)


def recall_at_precision(
    answers: Sequence[ScoredAnswer],
    is_unrelated: Callable[[ScoredAnswer, Hit], bool],
    precision: float = PRECISION,
) -> float:
    """The largest recall at this precision, as perception's benchmark computes it.

    Every query counts twice: with the score of its own picture, and with the score of the most
    similar picture of another product.
    """
    scores: list[float] = []
    right: list[bool] = []
    missed = 0
    for each in answers:
        own = max((hit.score for hit in each.right_hits), default=None)
        missed += own is None
        pairs = [(own, True)] if own is not None else []
        others = [hit.score for hit in each.answer.hits if is_unrelated(each, hit)]
        pairs += [(max(others), False)] if others else []
        scores += [score for score, _ in pairs]
        right += [truth for _, truth in pairs]
    found = curve(scores, right, missed)
    enough = found.recall[found.precision >= precision]
    return float(enough.max()) if len(enough) else 0.0


def image_search_study(similarities: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Table:
    """Mean similarity of pictures and edited copies: published, and measured here.

    Args:
        similarities: by domain, by title of the method, by edit.
    """
    edits = list(IMAGE_SEARCH_SIMILARITY)
    rows = [["published: imageSearch", *map(share_text, IMAGE_SEARCH_SIMILARITY.values())]]
    titles = dict.fromkeys(title for by_title in similarities.values() for title in by_title)
    for title in titles if len(similarities) > 1 else ():
        shares = [[found[title][edit] for found in similarities.values()] for edit in edits]
        name = all_shops.label(len(similarities))
        rows.append([f"{name}: {title}", *map(all_shops.mean_and_median, shares)])
    rows += [
        [f"{domain}: {title}", *(share_text(found[edit]) for edit in edits)]
        for domain, by_title in similarities.items()
        for title, found in by_title.items()
    ]
    return Table(["", *edits], rows, "Mean similarity of a picture and its edited copy")
