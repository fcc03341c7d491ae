"""The accuracy benchmark: what is asked of which index, and what becomes of the answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lookalike.errors import CatalogueError
from lookalike.evaluation.answers.answer_file import Answer, AnswerFile, digest_of_code
from lookalike.evaluation.answers.runner import Described, Task, asked, described, described_made
from lookalike.evaluation.answers.synthetic_entries import Made, made_pictures, views_of
from lookalike.evaluation.catalogues import Entry, Refused, read_catalogues
from lookalike.evaluation.edits import (
    CHAINS,
    COMPOSITES,
    EDITS,
    HARD_NEGATIVES,
    RANDOM,
    RECOLOURINGS,
)
from lookalike.evaluation.methods import Ours
from lookalike.evaluation.questions.ground_truth import Relations, number_of
from lookalike.evaluation.questions.labelled import read_labelled
from lookalike.evaluation.questions.query_images import QueryMaker
from lookalike.evaluation.questions.question import Held, Question
from lookalike.evaluation.questions.sampling import Amount, Library, Questioner
from lookalike.evaluation.scoring.published_figures import PUBLISHED_EDITS
from lookalike.evaluation.scoring.scored_answers import Results
from lookalike.evaluation.screening import Look, look_at_all
from lookalike.evaluation.split import Half, half_of
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.terminal import errors

ANSWERS = "answers.jsonl"
LIBRARY = Library(
    edits=tuple(EDITS),
    random=tuple(RANDOM),
    chains=tuple(CHAINS),
    composites=tuple(COMPOSITES),
    recolourings=tuple(RECOLOURINGS),
    hard_negatives=tuple(HARD_NEGATIVES),
    published=tuple(PUBLISHED_EDITS),
)
MIN_DIVIDED = 500
"""Pictures of a catalogue from which on a tenth of it is an index worth measuring."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is measured.

    Attributes:
        sources: catalogue files and folders.
        images_root: see ``read_catalogues``.
        output: the folder that answers and reports are written to.
        amount: how much is asked.
        methods: names; the first is the one that details are told of.
        half: the pictures that may be asked about; ``None``: all.
        labelled: a file of queries and right answers.
        grow: made fingerprints that are added in the largest index.
        workers: processes.
        sku_pattern: see ``read_catalogues``.
        anew: whether to discard the answers that are in ``output``.
        library: the edits.
    """

    sources: Sequence[Path]
    output: Path
    amount: Amount
    images_root: Path | None = None
    methods: Sequence[str] = (Ours.name,)
    half: Half | None = None
    labelled: Path | None = None
    grow: int = 0
    workers: int = 1
    sku_pattern: str = ""
    anew: bool = False
    library: Library = LIBRARY

    def may_be_asked(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of the half that is asked about."""
        return [entry for entry in entries if self.half in (None, half_of(entry.style))]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run found.

    Attributes:
        entries: the catalogue.
        looks: of each entry.
        refused: what could not be read.
        results: questions with answers.
        pictures: how many each index held.
    """

    settings: Settings
    entries: Sequence[Entry]
    looks: dict[str, Look]
    refused: Sequence[Refused]
    results: Results
    pictures: dict[Held, int] = field(default_factory=dict)

    @property
    def asked(self) -> list[Entry]:
        """The entries that may be asked about."""
        return self.settings.may_be_asked(self.entries)

    @property
    def domains(self) -> list[str]:
        """Names of the catalogues."""
        return list(dict.fromkeys(entry.domain for entry in self.entries))


def measure(settings: Settings) -> Measured:
    """Ask everything that has not been answered yet.

    Raises:
        LookalikeError: the catalogue or the labelled file cannot be used, or there are answers
            about another catalogue.
    """
    named, not_read = read_catalogues(
        settings.sources,
        settings.images_root,
        settings.output / "downloads",
        settings.sku_pattern,
    )
    looks, entries, not_seen = look_at_all(named, settings.workers)
    if not entries:
        reason = next((refused.detail for refused in (*not_read, *not_seen)), "It is empty.")
        raise CatalogueError(f"None of the pictures can be used. The first: {reason}")
    run = _Run(settings, entries, looks)
    questions = run.questions()
    answers = AnswerFile(settings.output / ANSWERS, run.about(), anew=settings.anew)
    run.ask(questions, answers)
    results = Results(questions, answers.answers, entries)
    return Measured(
        settings, entries, looks, [*not_read, *not_seen], results, run.pictures(questions)
    )


class _Run:
    def __init__(self, settings: Settings, entries: list[Entry], looks: dict[str, Look]) -> None:
        self._settings = settings
        self._entries = entries
        self._looks = looks
        asked = {entry.entity_id for entry in settings.may_be_asked(entries)}
        self._questioner = Questioner(entries, looks, asked, settings.library, settings.amount)
        self._relations = Relations(entries, looks)
        self._by_id = {entry.entity_id: entry for entry in entries}
        self._maker = QueryMaker({entry.entity_id: entry.path for entry in entries})

    def about(self) -> str:
        """Changes with the catalogue and with all code that decides about answers."""
        digest = hashlib.sha256(f"{ALGORITHM_VERSION} {digest_of_code()}".encode())
        for entry in self._entries:
            look = self._looks[entry.entity_id]
            digest.update(f"{entry.entity_id}\0{entry.group}\0{look.picture}\n".encode())
        return digest.hexdigest()[:32]

    def questions(self) -> list[Question]:
        found = self._questioner.questions()
        if self._settings.labelled:
            found += read_labelled(self._settings.labelled, set(self._looks))
        if Ours.name in self._settings.methods:
            if len(self._entries) >= MIN_DIVIDED:
                tenth = str(number_of(*self._questioner.tenth()))
                found += self._questioner.at_other_size(Held.TENTH, tenth)
            if self._settings.grow:
                made = str(self._settings.grow)
                found += self._questioner.at_other_size(Held.GROWN, made)
        return found

    def pictures(self, questions: Sequence[Question]) -> dict[Held, int]:
        """How many pictures each index holds that was asked."""
        number = len(self._entries)
        sizes = {
            Held.TENTH: len(self._questioner.tenth()),
            Held.WHOLE: number,
            Held.GROWN: number + self._settings.grow,
        }
        held = {question.held for question in questions}
        return {name: size for name, size in sizes.items() if name in held}

    def ask(self, questions: Sequence[Question], answers: AnswerFile) -> None:
        todo = {held: self._tasks(questions, held, answers) for held in Held}
        self._say(answers, sum(map(len, todo.values())))
        if not any(todo.values()):
            return
        stored = described(self._entries, self._settings.methods, self._settings.workers)
        for held, tasks in todo.items():
            if tasks:
                asked_of_it = [question for question in questions if question.held is held]
                index = self._held(held, asked_of_it, stored)
                answers.keep(self._asked(held, tasks, index))

    def _asked(self, held: Held, tasks: list[Task], index: Described) -> Iterator[list[Answer]]:
        if held is Held.GROWN:
            tasks, index = self._grown(tasks, index)
        workers = self._settings.workers
        return asked(tasks, index, self._maker, workers, f"Asking ({held})")

    def _grown(self, tasks: list[Task], index: Described) -> tuple[list[Task], Described]:
        """With made pictures. A question is asked without those that look like its product."""
        real = index[Ours.name]
        views = views_of([self._maker.paths[name] for name in real], self._settings.workers)
        made = made_pictures(real, views, self._settings.grow, self._settings.amount.seed)
        apart = [replace(task, question=self._without_likes(task.question, made)) for task in tasks]
        return apart, {Ours.name: real | made.fingerprints}

    def _without_likes(self, question: Question, made: Made) -> Question:
        likes = made.likes_of(self._relations.related(self._by_id[question.query]))
        return replace(question, without=question.without | likes)

    def _tasks(self, questions: Sequence[Question], held: Held, answers: AnswerFile) -> list[Task]:
        """What is not answered yet. Other sizes of the index are for our method alone."""
        methods = tuple(self._settings.methods)
        if held in (Held.TENTH, Held.GROWN):
            methods = (Ours.name,)
        tasks = [
            Task(q, tuple(m for m in methods if (q.key, m) not in answers.answers))
            for q in questions
            if q.held is held
        ]
        return [task for task in tasks if task.methods]

    def _held(self, held: Held, questions: Sequence[Question], stored: Described) -> Described:
        if held is Held.WHOLE:
            return stored
        if held is Held.MADE:
            methods, workers = self._settings.methods, self._settings.workers
            made = described_made(questions, self._maker, methods, workers)
            return {method: stored[method] | made[method] for method in methods}
        ours = stored[Ours.name]
        if held is Held.TENTH:
            ours = {name: ours[name] for name in self._questioner.tenth() if name in ours}
        return {Ours.name: ours}

    def _say(self, answers: AnswerFile, missing: int) -> None:
        if answers.answers and missing:
            errors.print(
                f"Going on: {len(answers.answers)} answers are there, from an earlier run."
            )
