"""Lets the methods index pictures and answer questions, in several processes."""

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
from lookalike.evaluation.questions.query_images import QueryImages
from lookalike.evaluation.questions.question import Question

FAILURES = (OSError, ValueError, IndexError)
"""Errors of edits and third-party methods at odd pictures: one picture must not end a run."""
StoredPictures = dict[str, dict[str, Any]]
"""The value that each method stores of each picture: by method, then by entity id."""


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


def answer_tasks(
    tasks: Sequence[AnsweringTask],
    stored: StoredPictures,
    images: QueryImages,
    workers: int,
    label: str,
) -> Iterator[list[Answer]]:
    """The answers to each task, in the order of the tasks.

    Args:
        tasks: to be answered.
        stored: the pictures of the index.
        images: creates the query images.
        workers: number of processes.
        label: shown beside the progress bar.
    """
    return results(_answer, tasks, workers, label, _start_worker, stored, images)


class _Worker:
    """The state that one process answers tasks with."""

    images: QueryImages
    indexes: Mapping[str, Index]


def _start_worker(stored: StoredPictures, images: QueryImages) -> None:
    _Worker.images = images
    _Worker.indexes = {name: METHODS[name]().index(found) for name, found in stored.items()}


def _answer(task: AnsweringTask) -> list[Answer]:
    question = task.question
    try:
        query = _Worker.images.query_image(question)
    except LookalikeError as error:
        return [Answer(question.key, name, refused=error.code) for name in task.methods]
    except FAILURES:
        return [Answer(question.key, name, refused="edit_failed") for name in task.methods]
    return [_search(question, name, query) for name in task.methods]


def _search(question: Question, method: str, query: bytes) -> Answer:
    begin = time.perf_counter()
    try:
        hits = tuple(_Worker.indexes[method].search(query, question.excluded, question.top))
        refused = None
    except LookalikeError as error:
        hits, refused = (), error.code
    except FAILURES:
        hits, refused = (), "method_failed"
    milliseconds = round(1000 * (time.perf_counter() - begin), 2)
    return Answer(question.key, method, hits, milliseconds, refused)
