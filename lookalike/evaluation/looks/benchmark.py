"""Measures search by looks on a catalogue whose products have attributes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lookalike.errors import BadParameterError
from lookalike.evaluation.catalogues import Refused, read_catalogues
from lookalike.evaluation.looks.percentages import FittedScale, fit_scale
from lookalike.evaluation.looks.quantised import quantised
from lookalike.evaluation.looks.report import (
    percentages_section,
    quantised_section,
    task_section,
    write_report,
)
from lookalike.evaluation.looks.representations import Represented, represent
from lookalike.evaluation.looks.scores import scores_of
from lookalike.evaluation.looks.tasks import Task, attribute_task, labelled_task, view_task
from lookalike.evaluation.report.document import Section
from lookalike.fingerprint.network import Network
from lookalike.search.models.registry import Models
from lookalike.terminal import progress_bar


@dataclass(frozen=True, slots=True)
class LooksSettings:
    """What is measured.

    Attributes:
        catalogues: files and folders, as ``read_catalogues`` takes them.
        attributes: by whose values products are alike, one by one and all together.
        models: to measure; percentages and quantisations are those of the default one.
        output: the folder of the report.
        images_root: the folder that relative paths start from.
        labelled: a file of labelled queries, if there is one.
    """

    catalogues: Sequence[Path]
    attributes: Sequence[str]
    models: Models
    output: Path
    images_root: Path | None = None
    labelled: Path | None = None


def measure_looks(settings: LooksSettings, command: str) -> tuple[list[Path], list[Refused]]:
    """Measure, and write the report; its files, and what could not be read.

    Raises:
        CatalogueError: a file is no catalogue.
        BadParameterError: no two products have the same value of an attribute, or the labelled file
            cannot be used.
    """
    entries, refused = read_catalogues(
        settings.catalogues, settings.images_root, settings.output / "downloads"
    )
    models = list(settings.models.by_name.values())
    with progress_bar(len(entries), "Reading", "refused") as advance:
        represented = represent(entries, models, Network.load(), advance)
    tasks = list(_tasks(represented, settings))
    sections = [_task_section(represented, number, task) for number, task in enumerate(tasks, 1)]
    more, scales = _default_sections(represented, tasks[-1], settings.models)
    written = write_report(settings.output, command, [*sections, *more], scales)
    return written, [*refused, *represented.refused]


def _tasks(represented: Represented, settings: LooksSettings) -> Iterator[Task]:
    entries = represented.entries
    if settings.labelled is not None:
        yield _with_questions(labelled_task(entries, settings.labelled))
    if (views := view_task(entries)).questions:
        yield views
    for name in settings.attributes:
        yield _with_questions(attribute_task(entries, [name]))
    if len(settings.attributes) > 1:
        together = attribute_task(entries, settings.attributes)
        if together.questions:
            yield together


def _with_questions(task: Task) -> Task:
    if not task.questions:
        raise BadParameterError(f"{task.title}: the catalogue has none, for any of its pictures.")
    return task


def _task_section(represented: Represented, number: int, task: Task) -> Section:
    scores = [(each.name, scores_of(each.vectors, task)) for each in represented.representations]
    return task_section(number, task, scores)


def _default_sections(
    represented: Represented, task: Task, models: Models
) -> tuple[list[Section], dict[str, FittedScale]]:
    model = models.named(None)
    named = {each.name: each for each in represented.representations}
    representation = named[model.name]
    fitted = fit_scale(represented.entries, representation.vectors, task)
    sections = [
        quantised_section(model.name, quantised(representation, task)),
        percentages_section(f"{model.name}, {task.title.lower()}", fitted),
    ]
    return sections, {model.space.version: fitted}
