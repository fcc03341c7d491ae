"""The table of edits on which a plain hash finds more than Lookalike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lookalike.evaluation.methods import METHODS, Ours
from lookalike.evaluation.methods.hashes import Pdq, PlainPHash
from lookalike.evaluation.questions.question import Kind
from lookalike.evaluation.report.document import Section, Table, share_text
from lookalike.evaluation.report.domain_tables import Domain

PLAIN = (PlainPHash.name, Pdq.name)
"""The hashes that Lookalike is compared with."""
TOLERANCE = 0.02
"""Recall by which a plain hash may be ahead."""


def comparison(domains: Sequence[Domain]) -> Section | None:
    """The section on the edits that are lost; ``None`` without our method or a plain hash."""
    methods = domains[0].methods if domains else ()
    plain = [name for name in PLAIN if name in methods]
    if not plain or methods[0] != Ours.name:
        return None
    rows = [row for domain in domains for row in _lost_rows(domain, plain)]
    compared = sum(len(domain.edits()) for domain in domains)
    hashes = " or ".join(METHODS[name].title for name in plain)
    text = (
        f"Of {compared} rows by edit, {len(rows)} have an R@T of {hashes} that is more than "
        f"{share_text(TOLERANCE)} above that of {Ours.title}."
    )
    columns = ["edit", "catalogue", Ours.title, "plain hash", "which"]
    lost = [Table(columns, rows)] if rows else []
    return Section("Edits on which a plain hash is better", text, lost)


def _lost_rows(domain: Domain, plain: Sequence[str]) -> Iterator[list[str]]:
    for kind, edit in domain.edits():
        ours = domain.recall(domain.first, kind, edit).strict
        best = max(plain, key=lambda name: _strict(domain, name, kind, edit))
        theirs = _strict(domain, best, kind, edit)
        if theirs > ours + TOLERANCE:
            yield [edit, domain.name, share_text(ours), share_text(theirs), METHODS[best].title]


def _strict(domain: Domain, method: str, kind: Kind, edit: str) -> float:
    return domain.recall(method, kind, edit).strict
