"""The tables of what is no copy: unrelated pictures, other colours and other views."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lookalike.evaluation.methods import METHODS
from lookalike.evaluation.questions.question import IndexKind, Kind
from lookalike.evaluation.questions.sampling import SECOND_EDITS
from lookalike.evaluation.report.document import NOTHING, Table, share_text
from lookalike.evaluation.report.domain_tables import Domain, has_called_variant, per_thousand
from lookalike.evaluation.scoring.metrics import wilson_by_picture
from lookalike.evaluation.scoring.scored_answers import ScoredAnswer, is_called_copy, share

HARDEST = 10
"""One in so many unrelated pictures counts as hard: those most similar to another product."""


def unrelated(domain: Domain, hard: frozenset[str]) -> Table:
    """False positives, with a row for each kind of query without a right answer.

    Args:
        domain: its results.
        hard: entity ids of the pictures that are most similar to one of another product.
    """
    columns = ["called copies, per 1,000", "queries"]
    columns += [METHODS[method].title for method in domain.methods]
    columns += [f"{METHODS[domain.first].title}: 95 % interval", "confused pictures"]
    columns += ["matched", "above T"]
    kinds: dict[str, Callable[[ScoredAnswer], bool]] = {
        "unrelated, all": lambda _: True,
        "unrelated, as they are": lambda each: not each.question.edit,
        "unrelated, edited": lambda each: bool(each.question.edit),
        "most similar to another product": lambda each: each.question.query in hard,
    }
    answers = {method: domain.answers(method, Kind.UNRELATED) for method in domain.methods}
    rows = []
    for label, keep in kinds.items():
        kept = {method: [each for each in found if keep(each)] for method, found in answers.items()}
        rows.append(_row(domain, label, kept))
    return Table(columns, [*rows, *_hard_negatives(domain)], "False positives")


def _hard_negatives(domain: Domain) -> list[list[str]]:
    """A row for each kind of hard negative."""
    kind, index_kind = Kind.HARD_NEGATIVE, IndexKind.WITH_COUNTERPARTS
    answers = domain.answers(domain.first, kind, index_kind=index_kind)
    rows = []
    for edit in dict.fromkeys(each.question.edit for each in answers):
        found = {
            method: domain.answers(method, kind, index_kind=index_kind, edit=edit)
            for method in domain.methods
        }
        rows.append(_row(domain, f"hard negative: {edit}", found))
    return rows


def _row(domain: Domain, label: str, found: Mapping[str, list[ScoredAnswer]]) -> list[str]:
    first = found[domain.first]
    limit = domain.threshold(domain.first)
    above = share(first, lambda each: each.score > limit)
    matched = share(first, lambda each: each.is_matched)
    return [
        label,
        str(len(first)),
        *map(per_thousand, found.values()),
        _interval(first),
        confused(first),
        f"{1000 * matched:.1f}" if first else NOTHING,
        f"{1000 * above:.1f}" if first else NOTHING,
    ]


def confused(answers: Sequence[ScoredAnswer]) -> str:
    """How many different pictures are called copies in any form, as ``2 of 15``."""
    if not answers:
        return NOTHING
    called = {each.picture for each in answers if each.is_called_copy}
    return f"{len(called):,} of {len({each.picture for each in answers}):,}"


def rate_text(answers: Sequence[ScoredAnswer]) -> str:
    """Queries in 1,000 that are called copies, the interval by picture, and their number."""
    if not answers:
        return NOTHING
    return f"{per_thousand(answers)} [{_interval(answers)}] ({len(answers):,})"


def _interval(answers: Sequence[ScoredAnswer]) -> str:
    """The 95 % interval of queries in 1,000 that are called copies; see ``wilson_by_picture``."""
    low, high = wilson_by_picture(
        [each.is_called_copy for each in answers], [each.picture for each in answers]
    )
    return f"{1000 * low:.1f} to {1000 * high:.1f}"


def recolourings(domain: Domain) -> Table:
    """A row for each recolouring: what it is called, as it is and edited once more."""
    answers = domain.answers(domain.first, Kind.RECOLOURED)
    labels = [f"then {second}" if second else "as it is" for second in SECOND_EDITS]
    columns = ["recolouring", "queries", *(f"called variant: {label}" for label in labels)]
    columns += [f"called copy: {label}" for label in labels]
    rows = []
    for edit in dict.fromkeys(each.question.edit for each in answers):
        groups = [
            [a for a in answers if (a.question.edit, a.question.second_edit) == (edit, second)]
            for second in SECOND_EDITS
        ]
        measures = (has_called_variant, has_called_copy)
        shares = [share(group, measure) for measure in measures for group in groups]
        rows.append([edit, str(sum(map(len, groups))), *map(share_text, shares)])
    return Table(columns, rows, "Generated colour variants that differ visibly")


def colours_and_views(domain: Domain) -> Table:
    """What other colours and views of the catalogue are called, and edited copies beside them."""
    kinds = {
        "other colours of the catalogue that differ noticeably": Kind.OTHER_COLOUR,
        "other views of the product": Kind.OTHER_VIEW,
        "edited copies (all single edits)": Kind.EDIT,
    }
    rows = []
    for label, kind in kinds.items():
        answers = domain.answers(domain.first, kind)
        if answers:
            shares = share(answers, has_called_variant), share(answers, has_called_copy)
            rows.append([label, str(len(answers)), *map(share_text, shares)])
    return Table(["", "queries", "called variant", "called copy"], rows, "Colours and views")


def has_called_copy(scored: ScoredAnswer) -> bool:
    """Return whether a right hit is called a copy."""
    return any(map(is_called_copy, scored.right_hits))
