"""From what a run measured to its report."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from lookalike.evaluation.benchmark import Measured
from lookalike.evaluation.methods import METHODS
from lookalike.evaluation.questions.question import COPIES, Kind
from lookalike.evaluation.report import domain_tables as tables
from lookalike.evaluation.report import negative_tables as tables_of_negatives
from lookalike.evaluation.report import overall_tables as tables_of_all
from lookalike.evaluation.report import plots
from lookalike.evaluation.report.document import Document, Figure, Figures, Section, Table
from lookalike.evaluation.report.domain_tables import Domain
from lookalike.evaluation.report.html import html
from lookalike.evaluation.report.markdown import markdown
from lookalike.evaluation.scoring.metrics import FALSE_PER, Curve, curve
from lookalike.evaluation.scoring.published_figures import PERCEPTION
from lookalike.evaluation.scoring.scored_answers import Judged
from lookalike.evaluation.scoring.similarities import Similarities
from lookalike.evaluation.screening import nearest_stranger
from lookalike.verification.classifier import classifier_version

WORDS = """- **R@1**: the right picture is the best hit, before everything else in the catalogue, \
other colours of the same product included.
- **Of the product**: the best hit is a picture of the same product, in any colour or view.
- **R@50**: and it is called a copy at the shipped threshold of 50 %.
- **R@T**: it is the best hit, whatever it is called, above the score T that at most one in 1,000 \
of this domain's unrelated queries reaches; with fewer than 1,000 queries, none does.
- **Matched**: at 50 % or more, whether it is called a copy or another colour.
- **Unrelated**: pictures whose whole product is left out of the catalogue, as they are and each \
under ten edits.
- **Brier, ECE**: of the best hits, edited (edits, drawn, chains, composites) and unrelated \
queries in equal weight; ECE over ten bins. Right is a hit that shows the same photograph, in \
whatever colours: that is what percentages are about. For hashes the share of equal bits is taken \
as the probability. Any two pictures have about half of their bits in common, so at 50 % hashes \
call everything a copy: R@T is where methods compare."""


def document(
    measured: Measured, similarities: Mapping[str, Similarities], command: str
) -> Document:
    """The whole report.

    Args:
        measured: what a run found.
        similarities: by domain; see ``similarities_of``.
        command: that makes it again.
    """
    sections = [Section("What the words mean", WORDS)]
    sections += [
        _domain(domain, hard_pictures(measured, domain)) for domain in _asked_domains(measured)
    ]
    sections += list(_of_all(measured, similarities))
    return Document("Accuracy", _introduction(measured, command), sections)


def write(report: Document, output: Path) -> list[Path]:
    """``accuracy.md`` with its plots, and ``accuracy.html``; says where."""
    output.mkdir(parents=True, exist_ok=True)
    for section in report.sections:
        for figure in section.figures:
            (output / f"{figure.name}.svg").write_text(figure.svg, "utf-8")
    paths = [output / "accuracy.md", output / "accuracy.html"]
    for path, text in zip(paths, (markdown(report), html(report)), strict=True):
        path.write_text(text, "utf-8")
    return paths


def _asked_domains(measured: Measured) -> list[Domain]:
    methods = measured.settings.methods
    domains = [Domain(measured.results, name, methods) for name in measured.domains]
    return [d for d in domains if d.of(d.first, Kind.EDIT) and d.of(d.first, Kind.UNRELATED)]


def _introduction(measured: Measured, command: str) -> str:
    settings, amount = measured.settings, measured.settings.amount
    processes = f"{settings.workers} processes at once" if settings.workers > 1 else "one process"
    counts = Counter(entry.domain for entry in measured.entries)
    held = ", ".join(f"{domain} {count:,}" for domain, count in counts.items())
    half = f"Only the half for *{settings.half}* is asked about. " if settings.half else ""
    return (
        f"Measured on {datetime.now(UTC).date()} with algorithm {classifier_version()}, on "
        f"{platform.machine()} with {processes}, by\n\n"
        f"    {command}\n\n"
        f"All pictures stand in one index ({held}). {half}Of each domain up to {amount.edited} "
        f"pictures go through every edit, and up to {amount.unrelated} are asked as unrelated ones "
        f"(seed {amount.seed})."
    )


def _domain(domain: Domain, hard: frozenset[str]) -> Section:
    asked = len(domain.of(domain.first, Kind.UNRELATED))
    text = (
        f"Plots of scores and thresholds, colours, and the left columns by edit are of "
        f"{METHODS[domain.first].title}. *Most like another product* are the tenth of the "
        f"unrelated pictures that are nearest to a picture of another product by plain pHash of "
        f"256 bits; *made* ones share what their name says with a picture of the index. Of "
        f"{asked:,} unrelated queries, {asked // FALSE_PER} may lie above T."
    )
    parts: list[Table | Figures] = [
        tables.overview(domain),
        Figures(_figures(domain)),
        tables_of_negatives.unrelated(domain, hard),
        tables_of_negatives.made_colours(domain),
        tables_of_negatives.real_colours(domain),
        tables.latency(domain),
        tables.by_edit(domain),
        Figures([_edits(domain)], are_wide=True),
    ]
    return Section(domain.name, text, [p for p in parts if not isinstance(p, Table) or p.rows])


def hard_pictures(measured: Measured, domain: Domain) -> frozenset[str]:
    """The tenth of a domain's unrelated pictures that look most like one of another product."""
    names = {judged.question.query for judged in domain.of(domain.first, Kind.UNRELATED)}
    asked = [entry for entry in measured.entries if entry.entity_id in names]
    bits = nearest_stranger(asked, measured.entries, measured.looks)
    hardest = -(-len(asked) // tables_of_negatives.HARDEST)
    return frozenset(asked[row].entity_id for row in np.argsort(bits, kind="stable")[:hardest])


def _figures(domain: Domain) -> list[Figure]:
    copies, unrelated = domain.of(domain.first, *COPIES), domain.of(domain.first, Kind.UNRELATED)
    calibrations = {
        METHODS[method].title: found
        for method in domain.methods
        if (found := domain.results.calibration(method, domain.name))
    }
    scores = {
        "copies, right": [j.score for j in copies if j.is_right],
        "copies, wrong": [j.score for j in copies if not j.is_right],
        "unrelated": [j.score for j in unrelated],
    }
    return [
        plots.reliability(domain.name, calibrations),
        plots.distributions(domain.name, {kind: found for kind, found in scores.items() if found}),
        plots.over_thresholds(domain.name, decisions([*copies, *unrelated])),
    ]


def decisions(judged: Sequence[Judged]) -> Curve:
    """Precision and recall where the best hit of a query is called right above a threshold."""
    answered = [j for j in judged if j.answer.hits]
    missed = sum(bool(j.question.expected) and not j.is_right for j in judged)
    return curve([j.score for j in answered], [j.is_right for j in answered], missed)


def _edits(domain: Domain) -> Figure:
    edits = domain.edits()
    found = {
        METHODS[method].title: [domain.recall(method, *edit).strict for edit in edits]
        for method in domain.methods
    }
    return plots.recall_by_edit(domain.name, [name for _, name in edits], found)


def _of_all(measured: Measured, similarities: Mapping[str, Similarities]) -> Iterator[Section]:
    domains = _asked_domains(measured)
    if len(measured.pictures) > 1:
        text = "The same questions, asked of indexes of several sizes."
        table = tables_of_all.sizes(domains, measured.pictures)
        yield Section("Size of the index", text, [table])
    yield _published(domains, similarities)
    if measured.settings.labelled:
        yield _labelled(measured, measured.settings.labelled.name)
    yield _refused(measured)


def _labelled(measured: Measured, name: str) -> Section:
    results, methods = measured.results, measured.settings.methods
    found = tables_of_all.labelled_curve(results, methods[0])
    figures = Figures([plots.over_thresholds("labelled", found)])
    return Section("Labelled queries", name, [*tables_of_all.labelled(results, methods), figures])


PUBLISHED = """What others have published, and the same measure on the pictures at hand.

The first table is perception's benchmark (thorn-oss/perception; pHash and PDQ of 256 bits): every \
edited picture counts with its own picture and with the nearest other one (here: of another \
product), and the share found at a precision of 99.99 % is given: {asked}. The second is \
imageSearch's own study (Entro01/imageSearch, 50 shop pictures): its hash on the pictures at hand, \
and the percentage that Lookalike gives the same pairs."""


def _published(domains: Sequence[Domain], similarities: Mapping[str, Similarities]) -> Section:
    asked = [
        f"{len(domain.of(domain.first, Kind.PUBLISHED)) // len(PERCEPTION)} pictures of "
        f"{domain.name}"
        for domain in domains
    ]
    there = "3,854 there, 1,650 of them photographs"
    text = PUBLISHED.format(asked=", ".join([there, *asked]))
    parts = [tables_of_all.perception(domains)]
    parts += [tables_of_all.image_search(similarities)] if similarities else []
    return Section("Published figures", text, parts)


def _refused(measured: Measured) -> Section:
    rows = [[one.name, one.domain, one.code, one.detail] for one in measured.refused]
    rows += [
        [flaw.question, flaw.method, flaw.refused or "", "The edit or the method failed."]
        for flaw in measured.results.failures()
    ]
    text = "" if rows else "Every picture could be read, and every edit be made."
    columns = ["picture", "catalogue or method", "code", "why"]
    return Section("Left out", text, [Table(columns, rows)] if rows else [])


def summary(measured: Measured) -> str:
    """The figures of the overview for programs, as JSON: by catalogue, by method."""
    found = {
        domain.name: {method: tables.figures(domain, method) for method in domain.methods}
        for domain in _asked_domains(measured)
    }
    return json.dumps(found, indent=2)
