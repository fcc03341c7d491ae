"""The accuracy benchmark: from catalogues to scored answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lookalike.errors import CatalogueError
from lookalike.evaluation.answers.answer_file import AnswerFile
from lookalike.evaluation.answers.run import Run
from lookalike.evaluation.catalogues import Entry, Refused, read_catalogues
from lookalike.evaluation.fitting.left_out import left_out_models
from lookalike.evaluation.methods import Ours
from lookalike.evaluation.questions.labelled import LABELLED_DOMAIN
from lookalike.evaluation.questions.question import IndexKind, Kind
from lookalike.evaluation.scoring.scored_answers import Results, ScoredAnswer
from lookalike.evaluation.screening import ScreenedPicture, screen_pictures
from lookalike.evaluation.settings import EvaluationSettings

ANSWERS = "answers.jsonl"


@dataclass(frozen=True, slots=True)
class Measured:
    """The results of a run.

    Attributes:
        settings: what was measured.
        entries: the catalogue, as far as its pictures can be used.
        screened: the screened picture of every entry, by entity id.
        refused: catalogue rows and pictures that could not be used.
        results: questions with answers.
        index_sizes: number of pictures in each index that was asked.
        models: folders of the models that questions about each domain were answered with; empty if
            they were the shipped ones.
    """

    settings: EvaluationSettings
    entries: Sequence[Entry]
    screened: dict[str, ScreenedPicture]
    refused: Sequence[Refused]
    results: Results
    index_sizes: dict[IndexKind, int] = field(default_factory=dict)
    models: dict[str, Path] = field(default_factory=dict)

    @property
    def queried(self) -> list[Entry]:
        """The entries that questions may be about."""
        return self.settings.queried(self.entries)

    @property
    def domains(self) -> list[str]:
        """Names of the catalogues."""
        return list(dict.fromkeys(entry.domain for entry in self.entries))


def measure(settings: EvaluationSettings) -> Measured:
    """Answer all questions that have no stored answer, and score all answers.

    Raises:
        LookalikeError: the catalogue or the labelled file cannot be used, or the output folder
            holds answers about another catalogue.
    """
    named, unread = read_catalogues(
        settings.sources,
        settings.images_root,
        settings.output / "downloads",
        settings.sku_pattern,
        settings.columns,
    )
    screened, entries, unusable = screen_pictures(named, settings.workers)
    refused = [*unread, *unusable]
    if not entries and not refused:
        raise CatalogueError("There is no picture in the catalogue.")
    if not entries:
        raise CatalogueError(f"None of the pictures can be used. The first: {refused[0].detail}")
    models = _left_out_models(settings, entries)
    run = Run(settings, entries, screened, models)
    questions = run.questions()
    answers = AnswerFile(settings.output / ANSWERS, run.about(), anew=settings.anew)
    run.answer(questions, answers)
    results = Results(questions, answers.answers, entries)
    sizes = run.index_sizes(questions)
    return Measured(settings, entries, screened, refused, results, sizes, models)


def _left_out_models(settings: EvaluationSettings, entries: Sequence[Entry]) -> dict[str, Path]:
    """Models for each domain where one is left out at a time; else none."""
    if settings.leave_one_out is None:
        return {}
    return left_out_models(entries, settings.output, settings.workers, settings.leave_one_out)


def measure_labelled(
    settings: EvaluationSettings, labelled: Path
) -> tuple[Measured, list[ScoredAnswer]]:
    """Ask our method the queries of a labelled file, and nothing else.

    Raises:
        LookalikeError: see ``measure``.
    """
    nothing_else = replace(settings.sample_size, edited=0, unrelated=0)
    measured = measure(
        replace(settings, sample_size=nothing_else, methods=(Ours.name,), labelled=labelled, grow=0)
    )
    answers = measured.results.answers(Ours.name, LABELLED_DOMAIN, Kind.LABELLED)
    return measured, answers
