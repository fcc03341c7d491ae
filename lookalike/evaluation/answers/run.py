"""Collects the questions of a run, and answers those that have no stored answer.

Whatever this module imports decides about answers: see ``code_version``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from lookalike.evaluation.answers.answer_file import Answer, AnswerFile
from lookalike.evaluation.answers.code_version import code_version
from lookalike.evaluation.answers.indexes import Indexes
from lookalike.evaluation.answers.runner import (
    AnsweringState,
    AnsweringTask,
    Models,
    StoredPictures,
    answer_tasks,
    describe_entries,
)
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.methods import Ours
from lookalike.evaluation.methods.ours import CALIBRATION
from lookalike.evaluation.questions.labelled import read_labelled
from lookalike.evaluation.questions.query_images import QueryImages
from lookalike.evaluation.questions.question import IndexKind, Question
from lookalike.evaluation.questions.sampling import QuestionSampler
from lookalike.evaluation.questions.seeding import digest_number
from lookalike.evaluation.screening import ScreenedPicture
from lookalike.evaluation.settings import EvaluationSettings
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.terminal import errors
from lookalike.verification.classifier import version_of_models

MIN_DIVIDED = 500
"""Catalogues with at least so many pictures are also measured with an index of a tenth of them."""


class Run:
    """The questions about a catalogue, and their answers.

    Args:
        settings: what to measure.
        entries: the catalogue, as far as its pictures can be used.
        screened: the screened picture of every entry, by entity id.
        models: that questions about each domain are answered with; ``None``: the shipped ones.
    """

    def __init__(
        self,
        settings: EvaluationSettings,
        entries: Sequence[Entry],
        screened: Mapping[str, ScreenedPicture],
        models: Models | None = None,
    ) -> None:
        self._settings = settings
        self._entries = entries
        self._screened = screened
        self._models = dict(models or {})
        queried = {entry.entity_id for entry in settings.queried(entries)}
        self._sampler = QuestionSampler(
            entries, screened, queried, settings.edit_names, settings.sample_size
        )
        self._tenth = self._sampler.tenth_of_catalogue()
        self._images = QueryImages({entry.entity_id: entry.path for entry in entries})

    def about(self) -> str:
        """A digest of what decides about answers: catalogue, code, libraries and fitted models."""
        digest = hashlib.sha256(f"{ALGORITHM_VERSION} {code_version()}".encode())
        for entry in self._entries:
            picture = self._screened[entry.entity_id].picture
            digest.update(
                f"{entry.entity_id}\0{entry.group}\0{entry.photograph}\0{picture}\n".encode()
            )
        for domain, folder in sorted(self._models.items()):
            calibration = (folder / CALIBRATION).read_bytes()
            digest.update(f"{domain}\0{version_of_models(folder)}\0".encode() + calibration)
        return digest.hexdigest()[:32]

    def questions(self) -> list[Question]:
        """All questions, of every index."""
        found = self._sampler.questions()
        if self._settings.labelled:
            found += read_labelled(self._settings.labelled, set(self._screened))
        if Ours.name in self._settings.methods:
            if len(self._entries) >= MIN_DIVIDED:
                version = str(digest_number(*self._tenth))
                found += self._sampler.for_index(IndexKind.TENTH, version)
            if self._settings.grow:
                found += self._sampler.for_index(IndexKind.GROWN, str(self._settings.grow))
        return found

    def index_sizes(self, questions: Sequence[Question]) -> dict[IndexKind, int]:
        """Number of pictures in each index that was asked; counterparts do not count."""
        number = len(self._entries)
        sizes = {
            IndexKind.TENTH: len(self._tenth),
            IndexKind.WHOLE: number,
            IndexKind.GROWN: number + self._settings.grow,
        }
        asked = {question.index_kind for question in questions}
        return {kind: size for kind, size in sizes.items() if kind in asked}

    def answer(self, questions: Sequence[Question], answers: AnswerFile) -> None:
        """Answer the questions without an answer, index by index, and keep the answers."""
        todo = {kind: self._tasks(questions, kind, answers) for kind in IndexKind}
        missing = sum(map(len, todo.values()))
        if not missing:
            return
        if answers.answers:
            errors.print(f"Continuing: {len(answers.answers)} answers of an earlier run are kept.")
        indexes = self._indexes()
        for kind, tasks in todo.items():
            if tasks:
                of_index = [question for question in questions if question.index_kind is kind]
                ready, stored = indexes.prepare(kind, tasks, of_index)
                answers.keep(self._answers(kind, ready, stored))

    def _indexes(self) -> Indexes:
        settings = self._settings
        stored = describe_entries(self._entries, settings.methods, settings.workers)
        return Indexes(settings, self._entries, self._screened, stored, self._tenth)

    def _answers(
        self, kind: IndexKind, tasks: Sequence[AnsweringTask], stored: StoredPictures
    ) -> Iterator[list[Answer]]:
        label, workers = f"Answering ({kind} index)", self._settings.workers
        skus = {entry.entity_id: entry.group for entry in self._entries}
        state = AnsweringState(stored, self._images, skus, self._models)
        return answer_tasks(tasks, state, workers, label)

    def _tasks(
        self, questions: Sequence[Question], kind: IndexKind, answers: AnswerFile
    ) -> list[AnsweringTask]:
        """List the tasks without an answer. Indexes of other sizes are for our method alone."""
        methods = tuple(self._settings.methods)
        if kind in (IndexKind.TENTH, IndexKind.GROWN):
            methods = (Ours.name,)
        tasks = [
            AnsweringTask(q, tuple(m for m in methods if (q.key, m) not in answers.answers))
            for q in questions
            if q.index_kind is kind
        ]
        return [task for task in tasks if task.methods]
