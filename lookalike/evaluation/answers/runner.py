"""Asking the methods, in several processes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lookalike.errors import LookalikeError
from lookalike.evaluation.answers.answer_file import Answer
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.methods import METHODS
from lookalike.evaluation.methods.method import Index
from lookalike.evaluation.parallel import results
from lookalike.evaluation.questions.query_images import QueryMaker
from lookalike.evaluation.questions.question import Question

FLAWS = (OSError, ValueError, IndexError)
"""What edits and other people's methods raise on odd pictures: one of them must not end a run."""
Described = dict[str, dict[str, Any]]
"""By method, by entity id: what the method stores."""


@dataclass(frozen=True, slots=True)
class Task:
    """A question, and the methods that it is for."""

    question: Question
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Picture:
    """What is described: a file of the catalogue, or a made entry."""

    entity_id: str
    methods: tuple[str, ...]
    maker: QueryMaker
    made_for: Question | None = None

    def content(self) -> bytes:
        if self.made_for:
            return self.maker.made_entry(self.made_for)
        return self.maker.paths[self.entity_id].read_bytes()


def described(entries: Sequence[Entry], methods: Sequence[str], workers: int) -> Described:
    """What each method stores of each entry."""
    pictures = [
        _Picture(entry.entity_id, tuple(methods), QueryMaker({entry.entity_id: entry.path}))
        for entry in entries
    ]
    return _described(pictures, methods, workers, "Indexing")


def described_made(
    questions: Sequence[Question], maker: QueryMaker, methods: Sequence[str], workers: int
) -> Described:
    """What each method stores of the pictures that hard negatives look like."""
    pictures = [
        _Picture(question.made_entry, tuple(methods), _only(maker, question), question)
        for question in questions
    ]
    return _described(pictures, methods, workers, "Making hard negatives")


def _only(maker: QueryMaker, question: Question) -> QueryMaker:
    names = (question.query, question.other)
    return QueryMaker({name: maker.paths[name] for name in names})


def _described(
    pictures: Sequence[_Picture], methods: Sequence[str], workers: int, what: str
) -> Described:
    found: Described = {method: {} for method in methods}
    for picture, stored in zip(pictures, results(_describe, pictures, workers, what), strict=True):
        for method, value in stored.items():
            found[method][picture.entity_id] = value
    return found


def _describe(picture: _Picture) -> dict[str, Any]:
    """A method that refuses a picture does not have it in its catalogue."""
    found: dict[str, Any] = {}
    for name in picture.methods:
        with suppress(LookalikeError, *FLAWS):
            found[name] = METHODS[name]().describe(picture.content())
    return found


def asked(
    tasks: Sequence[Task], stored: Described, maker: QueryMaker, workers: int, what: str
) -> Iterator[list[Answer]]:
    """The answers to each task, in order."""
    return results(_ask, tasks, workers, what, _begin, stored, maker)


class _Desk:
    """What a process answers with."""

    maker: QueryMaker
    indexes: Mapping[str, Index]


def _begin(stored: Described, maker: QueryMaker) -> None:
    _Desk.maker = maker
    _Desk.indexes = {name: METHODS[name]().index(found) for name, found in stored.items()}


def _ask(task: Task) -> list[Answer]:
    question = task.question
    try:
        query = _Desk.maker.query(question)
    except LookalikeError as error:
        return [Answer(question.key, name, refused=error.code) for name in task.methods]
    except FLAWS:
        return [Answer(question.key, name, refused="not_made") for name in task.methods]
    return [_searched(question, name, query) for name in task.methods]


def _searched(question: Question, method: str, query: bytes) -> Answer:
    begin = time.perf_counter()
    try:
        hits = tuple(_Desk.indexes[method].search(query, question.without, question.top))
        refused = None
    except LookalikeError as error:
        hits, refused = (), error.code
    except FLAWS:
        hits, refused = (), "method_failed"
    milliseconds = round(1000 * (time.perf_counter() - begin), 2)
    return Answer(question.key, method, hits, milliseconds, refused)
