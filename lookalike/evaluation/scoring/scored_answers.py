"""Answers held against what is right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lookalike.evaluation.answers.answer_file import Answer
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.methods.method import Hit
from lookalike.evaluation.questions.question import COPIES, Held, Kind, Question
from lookalike.evaluation.scoring.metrics import Calibration, calibration, threshold
from lookalike.matching.finding import Verdict

SHIPPED = 0.5
"""The score from which a match is shown, unless the caller says otherwise."""
NOT_ASKED = frozenset({"nothing_changed", "not_made"})
"""Refusals of the benchmark itself: there was no such picture to be asked about."""
FAILURES = frozenset({"not_made", "method_failed"})
"""Refusals that are nobody's picture's fault."""
CALLED_COPIES = frozenset({None, *(verdict.value for verdict in Verdict if verdict.is_copy)})


def is_called_copy(hit: Hit) -> bool:
    """Whether a caller is told that it is one, at the shipped threshold."""
    return hit.score >= SHIPPED and hit.verdict in CALLED_COPIES


def is_called_variant(hit: Hit) -> bool:
    """Whether a caller is told that it is another colour."""
    return hit.score >= SHIPPED and hit.verdict == Verdict.COLOUR_VARIANT.value


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with one method's answer."""

    question: Question
    answer: Answer

    @property
    def score(self) -> float:
        """Of the best hit; 0 without one."""
        return self.answer.hits[0].score if self.answer.hits else 0.0

    @property
    def is_right(self) -> bool:
        """Whether the best hit is right."""
        return bool(self.answer.hits) and self.answer.hits[0].entity_id in self.question.expected

    @property
    def is_matched(self) -> bool:
        """Whether the best hit is shown at the shipped threshold, whatever it is called."""
        return self.score >= SHIPPED

    @property
    def is_called(self) -> bool:
        """Whether the best hit is called a copy."""
        return bool(self.answer.hits) and is_called_copy(self.answer.hits[0])

    @property
    def right_hits(self) -> list[Hit]:
        """Whatever is right, wherever it stands."""
        return [hit for hit in self.answer.hits if hit.entity_id in self.question.expected]


class Results:
    """All questions of a run and what every method answered.

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

    def of(
        self,
        method: str,
        domain: str,
        *kinds: Kind,
        held: Held = Held.WHOLE,
        names: Iterable[str] | None = None,
    ) -> list[Judged]:
        """The answers of a method to some kinds of questions that were asked."""
        found = [j for kind in kinds for j in self._judged.get((method, domain, held, kind), ())]
        wanted = None if names is None else set(names)
        return found if wanted is None else [j for j in found if j.question.name in wanted]

    @cached_property
    def _judged(self) -> dict[tuple[str, str, Held, Kind], list[Judged]]:
        found: dict[tuple[str, str, Held, Kind], list[Judged]] = {}
        methods = dict.fromkeys(method for _, method in self._answers)
        for key, question in self._questions.items():
            for method in methods:
                answer = self._answers.get((key, method))
                if answer and answer.refused not in NOT_ASKED:
                    place = (method, question.domain, question.held, question.kind)
                    found.setdefault(place, []).append(Judged(question, answer))
        return found

    def is_of_product(self, judged: Judged) -> bool:
        """Whether the best hit shows the product that was asked about, in any colour or view."""
        own, best = self._asked_and_best(judged)
        return judged.is_right or (own is not None and best is not None and own.group == best.group)

    def is_stranger(self, judged: Judged, hit: Hit) -> bool:
        """Whether a hit shows another product than the one that was asked about."""
        own, other = self._entries.get(judged.question.query), self._entries.get(hit.entity_id)
        same_product = own is not None and other is not None and own.group == other.group
        return hit.entity_id not in judged.question.expected and not same_product

    def is_of_photograph(self, judged: Judged) -> bool:
        """Whether it also shows the same view: in other colours, that is mostly recoloured."""
        own, best = self._asked_and_best(judged)
        same_view = own is not None and best is not None and own.view == best.view != ""
        is_known = bool(judged.question.expected)
        return judged.is_right or (is_known and same_view and self.is_of_product(judged))

    def _asked_and_best(self, judged: Judged) -> tuple[Entry | None, Entry | None]:
        hits = judged.answer.hits
        best = self._entries.get(hits[0].entity_id) if hits else None
        return self._entries.get(judged.question.query), best

    def failures(self) -> list[Answer]:
        """What an edit could not make, or a method failed at."""
        return [
            found
            for (key, _), found in sorted(self._answers.items())
            if key in self._questions and found.refused in FAILURES
        ]

    def threshold(self, method: str, domain: str, held: Held = Held.WHOLE) -> float:
        """The score above which at most one in 1,000 unrelated queries of a domain has a hit."""
        unrelated = self.of(method, domain, Kind.UNRELATED, held=held)
        return threshold([judged.score for judged in unrelated])

    def calibration(self, method: str, domain: str, held: Held = Held.WHOLE) -> Calibration | None:
        """Of edited and unrelated queries in equal weight; ``None`` where one kind is missing.

        Right is what shows the same photograph, in whatever colours: that is what scores are about.
        """
        edited = self.of(method, domain, *COPIES, held=held)
        unrelated = self.of(method, domain, Kind.UNRELATED, held=held)
        if not edited or not unrelated:
            return None
        both = [*edited, *unrelated]
        kinds = [True] * len(edited) + [False] * len(unrelated)
        return calibration([j.score for j in both], [self.is_of_photograph(j) for j in both], kinds)


@dataclass(frozen=True, slots=True)
class Recall:
    """Shares of queries whose right picture is the best hit.

    Attributes:
        first: at any score.
        shipped: and called a copy.
        strict: above the threshold of one false match per 1,000 unrelated queries.
        queries: how many there are.
    """

    first: float
    shipped: float
    strict: float
    queries: int


def recall(judged: Sequence[Judged], limit: float) -> Recall:
    """Of some queries, all of which weigh the same."""
    return Recall(
        share(judged, lambda j: j.is_right),
        share(judged, lambda j: j.is_right and j.is_called),
        share(judged, lambda j: j.is_right and j.score > limit),
        len(judged),
    )


def share(judged: Sequence[Judged], holds: Callable[[Judged], bool]) -> float:
    """Of the queries for which a condition holds; not a number without queries."""
    return float(np.mean([holds(j) for j in judged])) if judged else float("nan")
