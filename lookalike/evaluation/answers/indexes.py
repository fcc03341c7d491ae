"""Which pictures the index of each kind holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lookalike.evaluation.answers.runner import AnsweringTask, StoredPictures, describe_counterparts
from lookalike.evaluation.answers.synthetic_entries import (
    SyntheticEntries,
    compute_embeddings,
    synthetic_entries,
)
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.methods import Ours
from lookalike.evaluation.questions.ground_truth import GroundTruth
from lookalike.evaluation.questions.query_images import QueryImages
from lookalike.evaluation.questions.question import IndexKind, Question
from lookalike.evaluation.screening import ScreenedPicture
from lookalike.evaluation.settings import EvaluationSettings


class Indexes:
    """The stored pictures of every kind of index.

    Args:
        settings: what is measured.
        entries: the catalogue.
        screened: the screened picture of every entry, by entity id.
        stored: what the methods store of every entry.
        tenth: entity ids of the smaller index.
    """

    def __init__(
        self,
        settings: EvaluationSettings,
        entries: Sequence[Entry],
        screened: Mapping[str, ScreenedPicture],
        stored: StoredPictures,
        tenth: Sequence[str],
    ) -> None:
        self._settings = settings
        self._stored = stored
        self._tenth = tenth
        self._ground_truth = GroundTruth(entries, screened)
        self._by_id = {entry.entity_id: entry for entry in entries}
        self._images = QueryImages({entry.entity_id: entry.path for entry in entries})

    def prepare(
        self, kind: IndexKind, tasks: Sequence[AnsweringTask], questions: Sequence[Question]
    ) -> tuple[Sequence[AnsweringTask], StoredPictures]:
        """The tasks as they are to be asked, and the pictures of their index.

        Args:
            kind: of the index.
            tasks: to be answered.
            questions: all questions to this index, whether they have an answer or not.
        """
        match kind:
            case IndexKind.WITH_COUNTERPARTS:
                return tasks, self._with_counterparts(questions)
            case IndexKind.TENTH:
                ours = self._stored[Ours.name]
                return tasks, {
                    Ours.name: {name: ours[name] for name in self._tenth if name in ours}
                }
            case IndexKind.GROWN:
                return self._grown(tasks)
            case _:
                return tasks, self._stored

    def _with_counterparts(self, questions: Sequence[Question]) -> StoredPictures:
        methods, workers = self._settings.methods, self._settings.workers
        found = describe_counterparts(questions, self._images, methods, workers)
        return {method: self._stored[method] | found[method] for method in methods}

    def _grown(
        self, tasks: Sequence[AnsweringTask]
    ) -> tuple[Sequence[AnsweringTask], StoredPictures]:
        """Each question leaves out the synthetic entries with a signature of its product."""
        real, settings = self._stored[Ours.name], self._settings
        paths = [self._images.paths[name] for name in real]
        embeddings = compute_embeddings(paths, settings.workers)
        synthetic = synthetic_entries(real, embeddings, settings.grow, settings.sample_size.seed)
        apart = [replace(task, question=self._apart(task.question, synthetic)) for task in tasks]
        return apart, {Ours.name: real | synthetic.fingerprints}

    def _apart(self, question: Question, synthetic: SyntheticEntries) -> Question:
        related = self._ground_truth.related(self._by_id[question.query])
        same = synthetic.with_signature_of(related)
        return replace(question, excluded=question.excluded | same)
