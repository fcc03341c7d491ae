"""Lets the methods index pictures and answer questions, in several processes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lookalike.errors import LookalikeError
from lookalike.evaluation.answers.answer_file import Answer
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.methods import METHODS
from lookalike.evaluation.methods.method import Index
from lookalike.evaluation.parallel import results
from lookalike.evaluation.questions.query_images import QueryImages
from lookalike.evaluation.questions.question import Question

FAILURES = (OSError, ValueError, IndexError)
"""Errors of edits and third-party methods at odd pictures: one picture must not end a run."""
StoredPictures = dict[str, dict[str, Any]]
"""The value that each method stores of each picture: by method, then by entity id."""
Models = Mapping[str, Path]
"""Folders of models that questions about a domain are answered with, by domain. Questions about a
domain that is not named are answered with the shipped ones."""


@dataclass(frozen=True, slots=True)
class AnsweringTask:
    """A question, and the methods that are to answer it."""

    question: Question
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture to index: a file of the catalogue, or the counterpart of a hard negative."""

    entity_id: str
    methods: tuple[str, ...]
    images: QueryImages
    counterpart_of: Question | None = None

    def content(self) -> bytes:
        if self.counterpart_of:
            return self.images.counterpart_image(self.counterpart_of)
        return self.images.paths[self.entity_id].read_bytes()


def describe_entries(
    entries: Sequence[Entry], methods: Sequence[str], workers: int
) -> StoredPictures:
    """Compute the value that each method stores of each catalogue entry."""
    pictures = [
        _Picture(entry.entity_id, tuple(methods), QueryImages({entry.entity_id: entry.path}))
        for entry in entries
    ]
    return _describe_all(pictures, methods, workers, "Indexing")


def describe_counterparts(
    questions: Sequence[Question], images: QueryImages, methods: Sequence[str], workers: int
) -> StoredPictures:
    """Compute the value that each method stores of the counterparts of hard negatives."""
    pictures = [
        _Picture(question.counterpart, tuple(methods), _images_for(question, images), question)
        for question in questions
    ]
    return _describe_all(pictures, methods, workers, "Indexing hard negatives")


def _images_for(question: Question, images: QueryImages) -> QueryImages:
    """Only the two paths that the question needs: they are sent to another process."""
    return QueryImages({name: images.paths[name] for name in (question.query, question.other)})


def _describe_all(
    pictures: Sequence[_Picture], methods: Sequence[str], workers: int, label: str
) -> StoredPictures:
    found: StoredPictures = {method: {} for method in methods}
    described = results(_describe, pictures, workers, label)
    for picture, by_method in zip(pictures, described, strict=True):
        for method, value in by_method.items():
            found[method][picture.entity_id] = value
    return found


def _describe(picture: _Picture) -> dict[str, Any]:
    """Compute the stored values, by method; a method that refuses the picture is left out."""
    found: dict[str, Any] = {}
    for name in picture.methods:
        with suppress(LookalikeError, *FAILURES):
            found[name] = METHODS[name]().describe(picture.content())
    return found


@dataclass(frozen=True, slots=True)
class AnsweringState:
    """What every process answers tasks with.

    Attributes:
        stored: the pictures of the index.
        images: creates the query images.
        skus: of the pictures whose product is known, by entity id.
        models: by domain of the question.
    """

    stored: StoredPictures
    images: QueryImages
    skus: Mapping[str, str] = field(default_factory=dict)
    models: Models = field(default_factory=dict)


def answer_tasks(
    tasks: Sequence[AnsweringTask], state: AnsweringState, workers: int, label: str
) -> Iterator[list[Answer]]:
    """The answers to each task, in the order of the tasks.

    Args:
        tasks: to be answered.
        state: index, images and models.
        workers: number of processes.
        label: shown beside the progress bar.
    """
    return results(_answer, tasks, workers, label, _start_worker, state)


class _Worker:
    """The state that one process answers tasks with, and an index of each method."""

    state: AnsweringState
    indexes: Mapping[str, Index]


def _start_worker(state: AnsweringState) -> None:
    _Worker.state = state
    _Worker.indexes = {
        name: METHODS[name]().index(found, state.skus) for name, found in state.stored.items()
    }


def _answer(task: AnsweringTask) -> list[Answer]:
    question = task.question
    try:
        query = _Worker.state.images.query_image(question)
    except LookalikeError as error:
        return [Answer(question.key, name, refused=error.code) for name in task.methods]
    except FAILURES:
        return [Answer(question.key, name, refused="edit_failed") for name in task.methods]
    return [_search(question, name, query) for name in task.methods]


def _index(method: str, domain: str) -> Index:
    """The index of a method, with the models that questions about a domain are answered with."""
    index, folder = _Worker.indexes[method], _Worker.state.models.get(domain)
    return index.with_models(folder) if folder else index


def _search(question: Question, method: str, query: bytes) -> Answer:
    index = _index(method, question.domain)
    begin = time.perf_counter()
    try:
        hits = tuple(index.search(query, question.excluded, question.top))
        refused = None
    except LookalikeError as error:
        hits, refused = (), error.code
    except FAILURES:
        hits, refused = (), "method_failed"
    milliseconds = round(1000 * (time.perf_counter() - begin), 2)
    return Answer(question.key, method, hits, milliseconds, refused)
