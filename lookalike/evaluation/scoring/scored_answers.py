"""Answers compared with the ground truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lookalike.evaluation.answers.answer_file import Answer
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.methods.method import Hit
from lookalike.evaluation.questions.question import COPY_KINDS, IndexKind, Kind, Question
from lookalike.evaluation.scoring.best_hits import BestHits
from lookalike.evaluation.scoring.metrics import threshold
from lookalike.evaluation.scoring.reliability import Reliability
from lookalike.matching.finding import Verdict

SHIPPED_THRESHOLD = 0.5
"""The score from which on a match is shown by default."""
NOT_ASKED = frozenset({"nothing_changed", "edit_failed"})
"""Codes of questions that the benchmark could not ask, since there was no query image."""
FAILURES = frozenset({"edit_failed", "method_failed"})
"""Codes of failures of an edit or a method, as opposed to refused pictures."""
COPY_VERDICTS = frozenset({None, *(verdict.value for verdict in Verdict if verdict.is_copy)})


def is_called_copy(hit: Hit) -> bool:
    """Return whether a caller is told that the hit is a copy, at the shipped threshold."""
    return hit.score >= SHIPPED_THRESHOLD and hit.verdict in COPY_VERDICTS


def is_called_variant(hit: Hit) -> bool:
    """Return whether a caller is told of a colour variant, at the shipped threshold."""
    return hit.score >= SHIPPED_THRESHOLD and hit.verdict == Verdict.COLOUR_VARIANT.value


@dataclass(frozen=True, slots=True)
class ScoredAnswer:
    """A question with the answer of one method."""

    question: Question
    answer: Answer

    @property
    def picture(self) -> str:
        """The picture that is asked about, in whatever form, among those of all domains."""
        return f"{self.question.domain}|{self.question.query}"

    @property
    def score(self) -> float:
        """The score of the best hit; 0 without hits."""
        return self.answer.hits[0].score if self.answer.hits else 0.0

    @property
    def is_right(self) -> bool:
        """True if the best hit is an expected entry."""
        return bool(self.answer.hits) and self.answer.hits[0].entity_id in self.question.expected

    @property
    def is_matched(self) -> bool:
        """True if the best hit is shown at the shipped threshold, with whatever verdict."""
        return self.score >= SHIPPED_THRESHOLD

    @property
    def is_called_copy(self) -> bool:
        """True if a caller is told that the best hit is a copy."""
        return bool(self.answer.hits) and is_called_copy(self.answer.hits[0])

    @property
    def right_hits(self) -> list[Hit]:
        """The hits that are expected entries, at any rank."""
        return [hit for hit in self.answer.hits if hit.entity_id in self.question.expected]


class Results:
    """All questions of a run with the answers of every method.

    Args:
        questions: each once.
        answers: by key of the question and method.
        entries: the catalogue.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        answers: Mapping[tuple[str, str], Answer],
        entries: Sequence[Entry],
    ) -> None:
        self._questions = {question.key: question for question in questions}
        self._answers = answers
        self._entries = {entry.entity_id: entry for entry in entries}

    def answers(
        self,
        method: str,
        domain: str,
        *kinds: Kind,
        index_kind: IndexKind = IndexKind.WHOLE,
        edits: Iterable[str] | None = None,
    ) -> list[ScoredAnswer]:
        """The answers of a method to the questions of some kinds, and only of some edits."""
        found = [
            each
            for kind in kinds
            for each in self._scored.get((method, domain, index_kind, kind), ())
        ]
        wanted = None if edits is None else set(edits)
        return [each for each in found if wanted is None or each.question.edit in wanted]

    @cached_property
    def _scored(self) -> dict[tuple[str, str, IndexKind, Kind], list[ScoredAnswer]]:
        found: dict[tuple[str, str, IndexKind, Kind], list[ScoredAnswer]] = {}
        methods = dict.fromkeys(method for _, method in self._answers)
        for key, question in self._questions.items():
            for method in methods:
                answer = self._answers.get((key, method))
                if answer and answer.refused not in NOT_ASKED:
                    place = (method, question.domain, question.index_kind, question.kind)
                    found.setdefault(place, []).append(ScoredAnswer(question, answer))
        return found

    def is_of_product(self, scored: ScoredAnswer) -> bool:
        """Return whether the best hit shows the product of the query, in any colour or view."""
        own, best = self._query_and_best(scored)
        return scored.is_right or (own is not None and best is not None and own.group == best.group)

    def is_unrelated(self, scored: ScoredAnswer, hit: Hit) -> bool:
        """Return whether a hit shows another product than the query."""
        own, other = self._entries.get(scored.question.query), self._entries.get(hit.entity_id)
        same_product = own is not None and other is not None and own.group == other.group
        return hit.entity_id not in scored.question.expected and not same_product

    def is_of_photograph(self, scored: ScoredAnswer) -> bool:
        """Return whether the best hit shows the product of the query in the same view.

        In another colour, that is mostly a recoloured photograph.
        """
        own, best = self._query_and_best(scored)
        same_view = own is not None and best is not None and own.view == best.view != ""
        is_known = bool(scored.question.expected)
        return scored.is_right or (is_known and same_view and self.is_of_product(scored))

    def _query_and_best(self, scored: ScoredAnswer) -> tuple[Entry | None, Entry | None]:
        hits = scored.answer.hits
        best = self._entries.get(hits[0].entity_id) if hits else None
        return self._entries.get(scored.question.query), best

    def failures(self) -> list[Answer]:
        """The answers of questions at which an edit or a method failed."""
        return [
            found
            for (key, _), found in sorted(self._answers.items())
            if key in self._questions and found.refused in FAILURES
        ]

    def threshold(self, method: str, domain: str) -> float:
        """The score above which at most one in 1,000 unrelated queries of a domain has a hit."""
        unrelated = self.answers(method, domain, Kind.UNRELATED)
        return threshold([scored.score for scored in unrelated])

    def reliability(self, method: str, domain: str) -> Reliability | None:
        """Reliability of scores on copies and unrelated queries in equal weight.

        A hit is right if it shows the same photograph in any colours, since that is what a score
        stands for.

        Returns:
            ``None`` without copies or without unrelated queries.
        """
        found = self.best_hits(method, domain)
        return found.reliability() if found else None

    def best_hits(self, method: str, domain: str) -> BestHits | None:
        """The best hits of all copies and unrelated queries; ``None`` without either of them."""
        copies = self.answers(method, domain, *COPY_KINDS)
        unrelated = self.answers(method, domain, Kind.UNRELATED)
        if not copies or not unrelated:
            return None
        both = [*copies, *unrelated]
        return BestHits(
            [each.score for each in both],
            [self.is_of_photograph(each) for each in both],
            [True] * len(copies) + [False] * len(unrelated),
            [each.picture for each in both],
        )


@dataclass(frozen=True, slots=True)
class Recall:
    """Shares of queries whose best hit is right.

    Attributes:
        first: at any score.
        shipped: and called a copy.
        strict: above the threshold of one false match per 1,000 unrelated queries.
        queries: number of queries.
    """

    first: float
    shipped: float
    strict: float
    queries: int


def recall(answers: Sequence[ScoredAnswer], limit: float) -> Recall:
    """Recall of some answers.

    Args:
        answers: of queries in equal weight.
        limit: the strict threshold.
    """
    return Recall(
        share(answers, lambda each: each.is_right),
        share(answers, lambda each: each.is_right and each.is_called_copy),
        share(answers, lambda each: each.is_right and each.score > limit),
        len(answers),
    )


def share(answers: Sequence[ScoredAnswer], holds: Callable[[ScoredAnswer], bool]) -> float:
    """The share of answers for which a condition holds; NaN without answers."""
    return float(np.mean([holds(each) for each in answers])) if answers else float("nan")
