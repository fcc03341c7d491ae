"""Measure recall, false matches and calibration on pictures that nothing was fitted on.

python -m scripts.evaluation.report CATALOGUE.csv … [--output docs/accuracy.md]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lambdas.shared.fingerprint.interfaces import QueryFingerprint
from lambdas.shared.fingerprint.network import MODEL_PATH
from lambdas.shared.fingerprint.version import ALGORITHM_VERSION
from lambdas.shared.matching.calibration import Calibration
from scripts.evaluation.data import Half, Sample, read_samples
from scripts.evaluation.edits import CHAINS, EDITS
from scripts.evaluation.trial import (
    UNRELATED,
    Answer,
    Question,
    TrialCatalogue,
    fingerprints_of,
    queries_of,
    questions_about,
)

EDITED = 100
"""Samples of each domain that are edited in every way."""
ALWAYS = "crop10_flip_jpeg"
"""The edit that is asked of every picture: the everyday case of a stolen photograph."""
BINS = 10
COLUMNS = (
    "catalogue",
    "queries",
    "first",
    "found",
    "everyday copies: first",
    "everyday copies: found",
    "unrelated called copies",
    "Brier",
    "ECE",
)
HEAD = """# Accuracy

Measured on {day} with algorithm {version}, by hashes alone, by

    python -m scripts.evaluation.report {catalogues}

Queries are of the half of the pictures that nothing was fitted on (`scripts/evaluation/data.py`
says which; styles of one product are on one side): {edited} pictures of each domain under {edits}
edits, every picture as a copy of the everyday kind (cropped by 10 % a side, mirrored and newly
encoded: `{always}`), and every picture as an unrelated query, everything of its own
product taken out of the catalogue. The smaller catalogue holds that half, {half} pictures of both
domains, about as many as the model was fitted with; the larger one holds both halves, {indexed}.

*First*: the right picture is the best match. *Found*: it is the best match, at 50 % or more.
*Called copies*: unrelated queries with a match at 50 % or more. Brier score and expected
calibration error (ECE, ten bins) weigh edited and unrelated queries the same.

Hashes alone cannot tell a copy from another garment on the same model in the same pose. The studio
pictures show it: many unrelated ones are called copies, and real copies get lower percentages.
False alarms grow with the catalogue, since the model does not know its size.
"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The best match of a query: its probability, and whether it is the right picture."""

    edit: str
    probability: float
    right: bool


Judgements = dict[str, list[Judgement]]
"""By domain."""


def judge(answer: Answer, calibration: Calibration) -> Judgement:
    """What a check says of the query."""
    probabilities = [calibration.probability(found) for found in answer.found]
    best = int(np.argmax(probabilities))
    return Judgement(answer.question.edit, probabilities[best], best == answer.own)


def table_of_domains(sizes: dict[int, Judgements]) -> list[str]:
    """One row a size of the catalogue and domain."""
    lines = [
        f"| {' | '.join(COLUMNS)} |",
        "|---" * len(COLUMNS) + "|",
    ]
    rows = [(size, *row) for size, judgements in sizes.items() for row in judgements.items()]
    for size, domain, found in rows:
        edited = [j for j in found if j.edit not in (UNRELATED, ALWAYS)]
        everyday = [j for j in found if j.edit == ALWAYS]
        unrelated = [j for j in found if j.edit == UNRELATED]
        called = sum(j.probability >= 0.5 for j in unrelated)  # noqa: PLR2004 - the shipped threshold
        brier, ece = calibration_errors(edited, unrelated)
        lines.append(
            f"| {size} | {domain} | {share(edited, first)} | {share(edited, first_and_sure)} "
            f"| {share(everyday, first)} of {len(everyday)} | {share(everyday, first_and_sure)} "
            f"| {called} of {len(unrelated)} ({called / len(unrelated):.1%}) "
            f"| {brier:.4f} | {ece:.4f} |"
        )
    return lines


def table_of_edits(judgements: Judgements) -> list[str]:
    """One row an edit: first and found, by domain."""
    domains = list(judgements)
    columns = [f"{domain}: {kind}" for domain in domains for kind in ("first", "found")]
    lines = ["| edit | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for edit in (*EDITS, *CHAINS):
        cells = []
        for domain in domains:
            found = [j for j in judgements[domain] if j.edit == edit]
            cells += [share(found, first), share(found, first_and_sure)]
        lines.append(f"| {edit} | " + " | ".join(cells) + " |")
    return lines


def first(judgement: Judgement) -> bool:
    """Whether the right picture is the best match."""
    return judgement.right


def first_and_sure(judgement: Judgement) -> bool:
    """Whether it is, at 50 % or more."""
    return judgement.right and judgement.probability >= 0.5  # noqa: PLR2004 - as shipped


def share(judgements: Sequence[Judgement], holds: Callable[[Judgement], bool]) -> str:
    """The share for which a condition holds, as text."""
    return f"{np.mean([holds(judgement) for judgement in judgements]):.3f}"


def calibration_errors(
    edited: Sequence[Judgement], unrelated: Sequence[Judgement]
) -> tuple[float, float]:
    """Brier score and expected calibration error, both kinds of queries in equal weight."""
    probability = np.array([j.probability for j in (*edited, *unrelated)])
    right = np.array([j.right for j in (*edited, *unrelated)], float)
    weight: NDArray[np.float64] = np.concatenate(
        [np.full(len(kind), 0.5 / len(kind)) for kind in (edited, unrelated)]
    )
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    gaps = [abs((weight * (probability - right))[bins == number].sum()) for number in range(BINS)]
    return float((weight * (probability - right) ** 2).sum()), float(sum(gaps))


def measure(samples: Sequence[Sample]) -> dict[int, Judgements]:
    """The judgements of all queries by domain, for the smaller and the larger catalogue."""
    model = MODEL_PATH.read_bytes()
    fingerprints = dict(zip(samples, fingerprints_of(samples, model), strict=True))
    reported = [sample for sample in samples if sample.half is Half.REPORT]
    questions = questions_about(reported, EDITED, seed=2, always=ALWAYS)
    queries = list(queries_of(questions, model))
    sizes: dict[int, Judgements] = {}
    for held in (reported, samples):
        catalogue = TrialCatalogue(held, [fingerprints[sample] for sample in held])
        sizes[len(held)] = _judged(catalogue, questions, queries)
    return sizes


def _judged(
    catalogue: TrialCatalogue, questions: Sequence[Question], queries: Sequence[QueryFingerprint]
) -> Judgements:
    calibration = Calibration.shipped()
    judgements: Judgements = {}
    for question, query in zip(questions, queries, strict=True):
        judged = judge(catalogue.answer(question, query), calibration)
        judgements.setdefault(question.sample.domain, []).append(judged)
    return judgements


def main() -> None:
    """Measure on the catalogues named on the command line and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogues", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=Path("docs/accuracy.md"))
    arguments = parser.parse_args()
    samples = [sample for path in arguments.catalogues for sample in read_samples(path)]
    sizes = measure(samples)
    head = HEAD.format(
        day=datetime.now(UTC).date(),
        version=ALGORITHM_VERSION,
        catalogues=" ".join(path.name for path in arguments.catalogues),
        half=min(sizes),
        indexed=max(sizes),
        edited=EDITED,
        edits=len(EDITS) + len(CHAINS) - 1,
        always=ALWAYS,
    )
    by_edit = ["", f"## By edit, catalogue of {min(sizes)}", "", *table_of_edits(sizes[min(sizes)])]
    tables = [*table_of_domains(sizes), *by_edit]
    arguments.output.write_text("\n".join([head, *tables, ""]), encoding="utf-8")
    print(f"Wrote {arguments.output}.")


if __name__ == "__main__":
    main()
