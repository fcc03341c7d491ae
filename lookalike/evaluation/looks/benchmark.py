"""Measures search by looks on a catalogue whose products have attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lookalike.errors import BadParameterError
from lookalike.evaluation.catalogues import Entry, Refused, read_catalogues
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
from lookalike.evaluation.split import Half
from lookalike.fingerprint.network import Network
from lookalike.search.models.registry import Models
from lookalike.terminal import progress_bar


@dataclass(frozen=True, slots=True)
class LooksSettings:
    """What is measured.

    Attributes:
        catalogues: files and folders, as ``read_catalogues`` takes them.
        attributes: by whose values products are alike, one by one and all together.
        models: to measure; quantisations are those of the default one.
        output: the folder of the report.
        images_root: the folder that relative paths start from.
        labelled: a file of labelled queries, if there is one.
        columns: as ``read_catalogues`` takes them.
    """

    catalogues: Sequence[Path]
    attributes: Sequence[str]
    models: Models
    output: Path
    images_root: Path | None = None
    labelled: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


def measure_looks(settings: LooksSettings, command: str) -> tuple[list[Path], list[Refused]]:
    """Measure, and write the report; its files, and what could not be read.

    Raises:
        CatalogueError: a file is no catalogue.
        BadParameterError: no two products have the same value of an attribute, or the labelled file
            cannot be used.
        TransientError: a model does not answer; what it has embedded is kept.
    """
    entries, refused = read_catalogues(
        settings.catalogues,
        settings.images_root,
        settings.output / "downloads",
        columns=settings.columns,
    )
    models = list(settings.models.by_name.values())
    with progress_bar(len(entries), "Reading", "refused") as advance:
        folder = settings.output / "embeddings"
        represented = represent(entries, models, Network.load(), folder, advance)
    held_out = represented.half(Half.REPORT)
    sections = [
        *_task_sections(represented, held_out, settings),
        _quantised_section(represented, held_out, settings),
    ]
    more, scales = _percentages(represented, settings)
    written = write_report(settings.output, command, [*sections, *more], scales)
    return written, [*refused, *represented.refused]


def _task_sections(
    represented: Represented, held_out: Represented, settings: LooksSettings
) -> list[Section]:
    """Labelled queries are answered from all pictures: nothing is fitted to labels."""
    asked = [(held_out, task) for task in _tasks(held_out.entries, settings.attributes)]
    if settings.labelled is not None:
        labelled = labelled_task(represented.entries, settings.labelled)
        asked.insert(0, (represented, _with_questions(labelled)))
    return [_task_section(number, *each) for number, each in enumerate(asked, 1)]


def _tasks(entries: Sequence[Entry], attributes: Sequence[str]) -> Iterator[Task]:
    if (views := view_task(entries)).questions:
        yield views
    for name in attributes:
        yield _with_questions(attribute_task(entries, [name]))
    if len(attributes) > 1:
        together = attribute_task(entries, attributes)
        if together.questions:
            yield together


def _with_questions(task: Task) -> Task:
    if not task.questions:
        raise BadParameterError(f"{task.title}: the catalogue has none, for any of its pictures.")
    return task


def _task_section(number: int, asked: Represented, task: Task) -> Section:
    scores = [(each.name, scores_of(each.vectors, task)) for each in asked.representations]
    return task_section(number, task, len(asked.entries), scores)


def _quantised_section(
    represented: Represented, held_out: Represented, settings: LooksSettings
) -> Section:
    name = settings.models.named(None).name
    fitting = represented.half(Half.FIT).vectors_of(name)
    *_, task = _tasks(held_out.entries, settings.attributes)
    return quantised_section(name, quantised(fitting, held_out.vectors_of(name), task))


def _percentages(
    represented: Represented, settings: LooksSettings
) -> tuple[list[Section], dict[str, FittedScale]]:
    """What the percentages of each model say, and the scales by its version."""
    *_, task = _tasks(represented.entries, settings.attributes)
    sections, scales = [], {}
    for number, (name, model) in enumerate(settings.models.by_name.items(), 1):
        fitted = fit_scale(represented.entries, represented.vectors_of(name), task)
        sections.append(percentages_section(number, f"{name}, {task.title.lower()}", fitted))
        scales[model.space.version] = fitted
    return sections, scales
