"""Asking a catalogue about edited copies of its pictures, and about unrelated pictures."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from PIL import Image

from lambdas.shared.fingerprint.fingerprinter import PictureFingerprinter
from lambdas.shared.fingerprint.interfaces import QueryFingerprint
from lambdas.shared.fingerprint.network import Network
from lambdas.shared.fingerprint.version import ALGORITHM_VERSION
from lambdas.shared.images.preparation import prepare
from lambdas.shared.matching.distances import Distances, distances
from lambdas.shared.matching.matcher import CANDIDATES
from lambdas.shared.pictures import Fingerprint, Picture
from lambdas.shared.storage.memory import MemoryStorage
from scripts.evaluation.data import Sample
from scripts.evaluation.edits import CHAINS, EDITS, apply

Item = TypeVar("Item")
Result = TypeVar("Result")

UNRELATED = "unrelated"
"""A picture as it is, asked of a catalogue in which nothing of its group stands."""


@dataclass(frozen=True, slots=True)
class Question:
    """One query: a sample after an edit; ``UNRELATED`` takes the sample's group away."""

    sample: Sample
    edit: str
    seed: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The candidates of a query.

    Attributes:
        own: which of the candidates is the picture that was edited; ``None`` where it is none.
        found: the distances of every candidate.
    """

    question: Question
    own: int | None
    found: tuple[Distances, ...]


def questions_about(
    samples: Sequence[Sample], edited: int, seed: int, always: str = UNRELATED
) -> list[Question]:
    """Every edit of some samples of each domain, and every sample as an unrelated query.

    Args:
        samples: to ask about.
        edited: how many of each domain are edited in every way.
        seed: of the choice and of the edits that are drawn.
        always: one edit that is asked of every sample.
    """
    rng = np.random.default_rng(seed)
    questions = [Question(s, edit, 0) for edit in {UNRELATED, always} for s in samples]
    for domain in sorted({sample.domain for sample in samples}):
        pool = [sample for sample in samples if sample.domain == domain]
        for index in rng.permutation(len(pool))[:edited]:
            questions += [
                Question(pool[index], edit, int(rng.integers(2**31)))
                for edit in (*EDITS, *CHAINS)
                if edit != always
            ]
    return questions


class TrialCatalogue:
    """A catalogue of samples in memory.

    Args:
        samples: what is in it.
        fingerprints: of the samples, in their order.
    """

    def __init__(self, samples: Sequence[Sample], fingerprints: Sequence[Fingerprint]) -> None:
        self._groups: dict[str, set[str]] = {}
        self._ids: dict[Sample, str] = {}
        self._storage = MemoryStorage(ALGORITHM_VERSION)
        self._storage.pictures.put_many([Picture(item, last_seen=0) for item in fingerprints])
        for sample, fingerprint in zip(samples, fingerprints, strict=True):
            self._ids[sample] = fingerprint.fingerprint_id
            self._groups.setdefault(sample.group, set()).add(fingerprint.fingerprint_id)

    def answer(self, question: Question, query: QueryFingerprint) -> Answer:
        """The candidates of a query."""
        own = self._ids[question.sample]
        apart = self._groups[question.sample.group]
        if question.edit != UNRELATED:
            apart = apart - {own}
        nearest = self._storage.vectors.nearest(query.rows, CANDIDATES)
        ids = sorted({n.fingerprint_id for found in nearest.values() for n in found} - apart)
        pictures = self._storage.pictures.get_many(ids)
        found = tuple(distances(query, pictures[name].fingerprint) for name in ids)
        return Answer(question, ids.index(own) if own in ids else None, found)


def fingerprints_of(samples: Sequence[Sample], model: bytes) -> list[Fingerprint]:
    """The fingerprints of samples by this network, in several processes."""
    return list(_on_all_cores(_stored, samples, model))


def queries_of(questions: Sequence[Question], model: bytes) -> Iterator[QueryFingerprint]:
    """What the edited pictures are searched with by this network, in several processes."""
    return _on_all_cores(_queried, questions, model)


def _on_all_cores(
    function: Callable[[Item], Result], items: Sequence[Item], model: bytes
) -> Iterator[Result]:
    with ProcessPoolExecutor(os.cpu_count(), initializer=_load, initargs=(model,)) as pool:
        yield from pool.map(function, items, chunksize=16)


_fingerprinters: list[PictureFingerprinter] = []
"""One a process."""


def _load(model: bytes) -> None:
    _fingerprinters.append(PictureFingerprinter(Network.of(model)))


def _stored(sample: Sample) -> Fingerprint:
    return _fingerprinters[0].fingerprint(prepare(sample.path.read_bytes()))


def _queried(question: Question) -> QueryFingerprint:
    data = question.sample.path.read_bytes()
    if question.edit != UNRELATED:
        with Image.open(question.sample.path) as picture:
            data = apply(question.edit, picture.convert("RGB"), question.seed)
    return _fingerprinters[0].query(prepare(data))
