"""Builds the report of a run."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from lookalike.evaluation.benchmark import Measured
from lookalike.evaluation.questions.question import Kind
from lookalike.evaluation.report import (
    colour_tables,
    domain_tables,
    labelled_tables,
    overall_tables,
    plots,
    shop_tables,
)
from lookalike.evaluation.report.document import Document, Figures, Section, Table
from lookalike.evaluation.report.domain_section import domain_section
from lookalike.evaluation.report.domain_tables import Domain
from lookalike.evaluation.report.files import write_document
from lookalike.evaluation.report.pooled_tables import by_edit, comparison
from lookalike.evaluation.scoring.published_figures import PERCEPTION
from lookalike.evaluation.scoring.similarities import Similarities, similarities_of
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.verification.classifier import classifier_version

DEFINITIONS = """- **R@1**: share of queries whose best hit is the right picture, ahead of \
everything else in the catalogue, other colours of the same product included.
- **Of the product**: the best hit is a picture of the same product, in any colour or view.
- **R@50**: the best hit is right, and is called a copy at the shipped threshold of 50 %.
- **R@T**: the best hit is right, whatever it is called, and exceeds the score T that at most one \
in 1,000 of this domain's unrelated queries exceeds; with fewer than 1,000 queries, none does.
- **Matched**: the best hit has 50 % or more, whether it is called a copy or another colour.
- **Unrelated**: pictures whose whole product is left out of the catalogue, as they are and each \
under ten edits.
- **Brier, ECE**: calibration of the best hits, with edited (edits, drawn, chains, composites) \
and unrelated queries in equal weight; ECE over ten bins. *ECE by chance* is what percentages \
that hold would have with these queries, on average: some hits of 90 % are wrong, and few of them \
never are exactly one in ten. A hit is right if it shows the same photograph, in any colours, \
since that is what percentages are about. For hashes, the share of equal bits is taken as the \
probability. Any two pictures have about half of their bits in common, so at 50 % hashes call \
everything a copy: compare methods by R@T."""


LEFT_OUT = """Every catalogue is a domain, and left out of the fit with its fold, one of six at \
most: its questions are answered by models and a calibration that are fitted to the other folds, \
so every figure is of a shop that took no part in fitting. """


def write_report(measured: Measured, command: str) -> list[Path]:
    """Write report, plots and summary to the output folder of a run.

    Args:
        measured: the results of the run.
        command: the command that repeats the run.

    Returns:
        The files: ``accuracy.md``, ``accuracy.html`` and ``summary.json``.
    """
    output = measured.settings.output
    report = document(measured, similarities_of(measured), command)
    written = write_document(report, output, "accuracy")
    path = output / "summary.json"
    path.write_text(summary(measured), "utf-8")
    return [*written, path]


def document(
    measured: Measured, similarities: Mapping[str, Similarities], command: str
) -> Document:
    """The whole report.

    Args:
        measured: the results of a run.
        similarities: by domain; see ``similarities_of``.
        command: the command that repeats the run.
    """
    domains = _domains(measured)
    sections = [shop_tables.shops(domains, measured)] if domains else []
    sections += [found] if (found := colour_tables.other_colours(domains, measured)) else []
    sections += [found] if (found := comparison(domains)) else []
    sections += [by_edit(domains)] if len(domains) > 1 else []
    sections += [Section("Definitions", DEFINITIONS)]
    sections += [domain_section(domain, measured) for domain in domains]
    sections += list(_overall(measured, similarities))
    return Document("Accuracy", _introduction(measured, command), sections)


def headlines(measured: Measured) -> Iterator[str]:
    """A line on each catalogue: what the first method finds, and what it calls a copy."""
    for domain in _domains(measured):
        edited = domain.answers(domain.first, Kind.EDIT)
        unrelated = domain.answers(domain.first, Kind.UNRELATED)
        called = sum(each.is_called_copy for each in unrelated)
        first = domain.recall(domain.first, Kind.EDIT).first
        yield (
            f"{domain.name}: right picture first in {first:.1%} of {len(edited):,} edited queries; "
            f"{called} of {len(unrelated):,} unrelated queries called copies"
        )


def _domains(measured: Measured) -> list[Domain]:
    """The catalogues that questions were asked about."""
    methods = measured.settings.methods
    domains = [Domain(measured.results, name, methods) for name in measured.domains]
    return [
        domain
        for domain in domains
        if domain.answers(domain.first, Kind.EDIT) and domain.answers(domain.first, Kind.UNRELATED)
    ]


def _introduction(measured: Measured, command: str) -> str:
    settings, size = measured.settings, measured.settings.sample_size
    processes = f"{settings.workers} processes at once" if settings.workers > 1 else "one process"
    counts = Counter(entry.domain for entry in measured.entries)
    held = ", ".join(f"{domain} {count:,}" for domain, count in counts.items())
    half = f"Queries come only from the half for *{settings.half}*. " if settings.half else ""
    fitted = LEFT_OUT if measured.models else ""
    return (
        f"Measured on {datetime.now(UTC).date()} with algorithm {_algorithm(measured)}, on "
        f"{platform.machine()} with {processes}, by\n\n"
        f"    {command}\n\n"
        f"{fitted}One index holds all pictures ({held}). {half}Of each domain, up to {size.edited} "
        f"pictures go through every edit, and up to {size.unrelated} are asked about as unrelated "
        f"pictures (seed {size.seed})."
    )


def _algorithm(measured: Measured) -> str:
    """The version of the models, or of the fingerprints alone if every domain has its own."""
    return ALGORITHM_VERSION if measured.models else classifier_version()


def _overall(measured: Measured, similarities: Mapping[str, Similarities]) -> Iterator[Section]:
    domains = _domains(measured)
    if len(measured.index_sizes) > 1:
        text = "The same questions, asked of indexes of several sizes."
        table = overall_tables.index_sizes(domains, measured.index_sizes)
        yield Section("Size of the index", text, [table])
    yield _published(domains, similarities)
    if measured.settings.labelled:
        yield _labelled(measured, measured.settings.labelled.name)
    yield _skipped(measured)


def _labelled(measured: Measured, name: str) -> Section:
    results, methods = measured.results, measured.settings.methods
    curve = labelled_tables.decision_curve(results, methods[0])
    parts: list[Table | Figures] = [
        labelled_tables.ranking(results, methods),
        labelled_tables.decisions(results, methods),
        Figures([plots.over_thresholds("labelled", curve)]),
    ]
    return Section("Labelled queries", name, parts)


PUBLISHED = """Figures that others have published, and the same measures on the pictures at hand.

The first table is perception's benchmark (thorn-oss/perception; pHash and PDQ of 256 bits): every \
edited picture counts with its own picture and with the most similar other one (here: of another \
product), and the table gives the recall at a precision of 99.99 %. Queries: {queries}. The second \
table is imageSearch's own study (Entro01/imageSearch, 50 shop pictures): its hash on the pictures \
at hand, and the percentage that Lookalike gives the same pairs."""


def _published(domains: Sequence[Domain], similarities: Mapping[str, Similarities]) -> Section:
    queries = ["3,854 pictures there, 1,650 of them photographs"]
    for domain in domains:
        answers = domain.answers(domain.first, Kind.PUBLISHED)
        queries.append(f"{len(answers) // len(PERCEPTION)} pictures of {domain.name}")
    text = PUBLISHED.format(queries=", ".join(queries))
    parts = [overall_tables.perception_benchmark(domains)]
    parts += [overall_tables.image_search_study(similarities)] if similarities else []
    return Section("Published figures", text, parts)


def _skipped(measured: Measured) -> Section:
    rows = [[each.name, each.domain, each.code, each.detail] for each in measured.refused]
    rows += [
        [failure.question, failure.method, failure.refused or "", "The edit or the method failed."]
        for failure in measured.results.failures()
    ]
    text = "" if rows else "Every picture could be read, and no edit and no method failed."
    columns = ["picture", "catalogue or method", "code", "reason"]
    return Section("Skipped pictures", text, [Table(columns, rows)] if rows else [])


def summary(measured: Measured) -> str:
    """The figures of the overview as JSON, by catalogue and method."""
    found = {
        domain.name: {method: domain_tables.figures(domain, method) for method in domain.methods}
        for domain in _domains(measured)
    }
    return json.dumps(found, indent=2)
