"""The tables of all catalogues together: every edit, and those that a plain hash wins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lookalike.evaluation.methods import METHODS, Ours
from lookalike.evaluation.methods.hashes import Pdq, PlainPHash
from lookalike.evaluation.questions.question import IndexKind, Kind
from lookalike.evaluation.report.document import Section, Table, share_text
from lookalike.evaluation.report.domain_tables import Domain
from lookalike.evaluation.scoring.scored_answers import Recall

PLAIN = (PlainPHash.name, Pdq.name)
"""The hashes that Lookalike is compared with."""
TOLERANCE = 0.02
"""Recall by which a plain hash may be ahead."""
OF_LISTINGS = IndexKind.WITH_COUNTERPARTS
TEXT = """The queries of all catalogues, each with the threshold T of its own catalogue. Of a \
*listing*, the index holds the same photograph under an overlay of another seller in the same \
place, and not the photograph alone."""


def by_edit(domains: Sequence[Domain]) -> Section:
    """The section with a row for each edit, of the queries of all catalogues."""
    methods = domains[0].methods
    columns = ["edit", "queries", "R@1", "R@50", "R@T"]
    columns += [f"{METHODS[method].title}: R@T" for method in methods[1:]]
    rows = [_edit_row(domains, *edit) for edit in _edits(domains)]
    listings = [_edit_row(domains, *each, index_kind=OF_LISTINGS) for each in _listings(domains)]
    tables = [Table(columns, rows), Table(columns, listings, "Listings of one photograph")]
    return Section("Edit by edit", TEXT, [table for table in tables if table.rows])


def _edit_row(
    domains: Sequence[Domain], kind: Kind, edit: str, index_kind: IndexKind = IndexKind.WHOLE
) -> list[str]:
    first, *others = domains[0].methods
    found = pooled_recall(domains, first, kind, edit, index_kind)
    theirs = [pooled_recall(domains, method, kind, edit, index_kind).strict for method in others]
    shares = (found.first, found.shipped, found.strict, *theirs)
    return [edit, str(found.queries), *map(share_text, shares)]


def comparison(domains: Sequence[Domain]) -> Section | None:
    """The section on the edits that are lost; ``None`` without our method or a plain hash."""
    methods = domains[0].methods if domains else ()
    plain = [name for name in PLAIN if name in methods]
    if not plain or methods[0] != Ours.name:
        return None
    rows = list(_lost_rows(domains, plain))
    hashes = " or ".join(METHODS[name].title for name in plain)
    text = (
        f"Of {len(_edits(domains))} edits, {len(rows)} have an R@T of {hashes}, over the queries "
        f"of all catalogues, that is more than {share_text(TOLERANCE)} above that of {Ours.title}."
    )
    lost = [Table(["edit", "queries", Ours.title, "plain hash", "which"], rows)] if rows else []
    return Section("Edits on which a plain hash is better", text, lost)


def _lost_rows(domains: Sequence[Domain], plain: Sequence[str]) -> Iterator[list[str]]:
    for kind, edit in _edits(domains):
        ours = pooled_recall(domains, Ours.name, kind, edit)
        theirs = {name: pooled_recall(domains, name, kind, edit).strict for name in plain}
        best = max(theirs, key=lambda name: theirs[name])
        if theirs[best] > ours.strict + TOLERANCE:
            shares = map(share_text, (ours.strict, theirs[best]))
            yield [edit, str(ours.queries), *shares, METHODS[best].title]


def _listings(domains: Sequence[Domain]) -> list[tuple[Kind, str]]:
    answers = [
        each
        for domain in domains
        for each in domain.answers(domain.first, Kind.LISTING, index_kind=OF_LISTINGS)
    ]
    return list(dict.fromkeys((Kind.LISTING, each.question.edit) for each in answers))


def _edits(domains: Sequence[Domain]) -> list[tuple[Kind, str]]:
    return list(dict.fromkeys(edit for domain in domains for edit in domain.edits()))


def pooled_recall(
    domains: Sequence[Domain],
    method: str,
    kind: Kind,
    edit: str,
    index_kind: IndexKind = IndexKind.WHOLE,
) -> Recall:
    """The recall of a method for one edit over the queries of all catalogues."""
    found = [domain.recall(method, kind, edit, index_kind) for domain in domains]
    asked = [each for each in found if each.queries]
    numbers = [each.queries for each in asked]
    shares = np.average(
        [(each.first, each.shipped, each.strict) for each in asked], axis=0, weights=numbers
    )
    first, shipped, strict = shares.tolist()
    return Recall(first, shipped, strict, sum(numbers))
