"""The tables of a report about what is no copy: unrelated pictures, other colours and views."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lookalike.evaluation.methods import METHODS
from lookalike.evaluation.questions.question import Held, Kind
from lookalike.evaluation.questions.sampling import THEN
from lookalike.evaluation.report.document import NOTHING, Table, share_text
from lookalike.evaluation.report.domain_tables import Domain, per_thousand
from lookalike.evaluation.scoring.metrics import wilson
from lookalike.evaluation.scoring.scored_answers import (
    Judged,
    is_called_copy,
    is_called_variant,
    share,
)

HARDEST = 10
"""One in so many unrelated pictures counts as a real hard negative: those that look most alike."""


def unrelated(domain: Domain, hard: frozenset[str]) -> Table:
    """A row a kind of query that has no right answer.

    Args:
        domain: what was found.
        hard: entity ids of the pictures that look most like one of another product.
    """
    columns = ["called copies, per 1,000", "queries"]
    columns += [METHODS[method].title for method in domain.methods]
    columns += [f"{METHODS[domain.first].title}: 95 % interval", "matched", "above T"]
    kinds: dict[str, Callable[[Judged], bool]] = {
        "unrelated, all": lambda _: True,
        "unrelated, as they are": lambda judged: not judged.question.name,
        "unrelated, edited": lambda judged: bool(judged.question.name),
        "most like another product": lambda judged: judged.question.query in hard,
    }
    rows = []
    for label, keep in kinds.items():
        asked = {method: domain.of(method, Kind.UNRELATED) for method in domain.methods}
        kept = {method: [j for j in found if keep(j)] for method, found in asked.items()}
        rows.append(_row(domain, label, kept))
    made = domain.of(domain.first, Kind.HARD_NEGATIVE, held=Held.MADE)
    for name in dict.fromkeys(judged.question.name for judged in made):
        asked = {
            method: domain.of(method, Kind.HARD_NEGATIVE, held=Held.MADE, name=name)
            for method in domain.methods
        }
        rows.append(_row(domain, f"made: {name}", asked))
    return Table(columns, rows, "What is no copy")


def _row(domain: Domain, label: str, found: Mapping[str, list[Judged]]) -> list[str]:
    first = found[domain.first]
    limit = domain.threshold(domain.first)
    low, high = wilson(sum(judged.is_called for judged in first), len(first))
    above = share(first, lambda judged: judged.score > limit)
    matched = share(first, lambda judged: judged.is_matched)
    return [
        label,
        str(len(first)),
        *map(per_thousand, found.values()),
        f"{1000 * low:.1f} to {1000 * high:.1f}",
        f"{1000 * matched:.1f}" if first else NOTHING,
        f"{1000 * above:.1f}" if first else NOTHING,
    ]


def made_colours(domain: Domain) -> Table:
    """A row a recolouring: what it is called, as it is and edited."""
    made = domain.of(domain.first, Kind.RECOLOURED)
    thens = [f"then {then}" if then else "as it is" for then in THEN]
    columns = ["recolouring", "queries", *(f"called variant: {then}" for then in thens)]
    columns += [f"called copy: {then}" for then in thens]
    rows = []
    for name in dict.fromkeys(judged.question.name for judged in made):
        groups = [
            [j for j in made if (j.question.name, j.question.then) == (name, t)] for t in THEN
        ]
        shares = [share(group, is_a) for is_a in (_is_variant, _is_copy) for group in groups]
        rows.append([name, str(sum(map(len, groups))), *map(share_text, shares)])
    return Table(columns, rows, "Made colour variants, where they show")


def real_colours(domain: Domain) -> Table:
    """What other colours and views of the catalogue are called, and the edits that are neither."""
    kinds = {
        "other colours of the catalogue, where they show": Kind.OTHER_COLOUR,
        "other views of the product": Kind.OTHER_VIEW,
        "edited copies (all single edits)": Kind.EDIT,
    }
    rows = []
    for label, kind in kinds.items():
        judged = domain.of(domain.first, kind)
        if judged:
            shares = share(judged, _is_variant), share(judged, _is_copy)
            rows.append([label, str(len(judged)), *map(share_text, shares)])
    return Table(["", "queries", "called variant", "called copy"], rows, "Colours and views")


def _is_copy(judged: Judged) -> bool:
    return any(map(is_called_copy, judged.right_hits))


def _is_variant(judged: Judged) -> bool:
    return any(map(is_called_variant, judged.right_hits))
