"""Questions to an index that also holds generated pictures, the counterparts of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits.product_pairs import PRODUCT_PAIRS
from lookalike.evaluation.questions.ground_truth import GroundTruth
from lookalike.evaluation.questions.question import IndexKind, Kind, Question
from lookalike.evaluation.questions.seeding import digest_number

_ByPicture = Mapping[str, Sequence[Question]]
"""Questions to the index of counterparts, by entity id of the picture they are made of."""


def asked_of_counterparts(
    questions: Sequence[Question], entries: Mapping[str, Entry], ground_truth: GroundTruth
) -> list[Question]:
    """The questions, each without the counterparts of others that would be right or nearly so.

    Hard negatives leave out the counterparts that show the same product as the query. Where another
    print is asked about, those that show the same photograph in a frame, under a banner or the like
    have none: the query is an edited copy of them. Listings of the photograph that a hard negative
    resembles would tell it from its counterpart, so they are left out, too. A listing leaves out
    all that is made of its own product, but for the one that is right.

    Args:
        questions: all questions of a run.
        entries: the whole catalogue, by entity id.
        ground_truth: of this catalogue.
    """
    made: defaultdict[str, list[Question]] = defaultdict(list)
    for question in questions:
        if question.index_kind is IndexKind.WITH_COUNTERPARTS:
            made[question.query].append(question)
    version = digest_number(*sorted({q.counterpart for found in made.values() for q in found}))
    return [
        replace(
            each,
            excluded=each.excluded.union(_left_out(each, made, entries, ground_truth)),
            index_version=str(version),
        )
        if each.index_kind is IndexKind.WITH_COUNTERPARTS
        else each
        for each in questions
    ]


def _left_out(
    question: Question, made: _ByPicture, entries: Mapping[str, Entry], ground_truth: GroundTruth
) -> Iterator[str]:
    """The counterparts of other questions that one question leaves out."""
    shown, under_it = (
        [q for name in ground_truth.related(entries[of]) for q in made.get(name, ())]
        for of in (question.other, question.query)
    )
    yield from (q.counterpart for q in shown if q.counterpart not in question.expected)
    if question.kind is Kind.HARD_NEGATIVE:
        yield from (q.counterpart for q in under_it if q.kind is Kind.LISTING)
    if question.edit in PRODUCT_PAIRS:
        yield from (q.counterpart for q in under_it if q.edit not in PRODUCT_PAIRS)
