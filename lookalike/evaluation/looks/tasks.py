"""What is right: products in another view, products with an attribute in common, labelled pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from lookalike.errors import BadParameterError
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.questions.labelled import read_labelled


@dataclass(frozen=True, slots=True)
class LooksQuestion:
    """One picture as a query.

    Attributes:
        query: the row of the picture.
        relevant: the rows that are right, at least one.
        ignored: rows that are neither right nor wrong, among them the query's own.
    """

    query: int
    relevant: AbstractSet[int]
    ignored: AbstractSet[int]


@dataclass(frozen=True, slots=True)
class Task:
    """Questions of one kind."""

    title: str
    questions: Sequence[LooksQuestion]


def view_task(entries: Sequence[Entry]) -> Task:
    """Another picture of the same product is right.

    Where a catalogue says which view a picture is, those of the same product in the same view are
    ignored: they are mostly recolourings of one photograph, which a check finds.
    """
    same = _rows_by(entries, lambda entry: entry.group)
    questions = []
    for row, entry in enumerate(entries):
        others = same[entry.group] - {row}
        alike = {other for other in others if entry.view and entries[other].view == entry.view}
        questions.append(LooksQuestion(row, others - alike, alike | {row}))
    return Task("Another picture of the same product", _answerable(questions))


def attribute_task(entries: Sequence[Entry], names: Sequence[str]) -> Task:
    """Another product with the same values of these attributes is right; the own one is ignored.

    Raises:
        BadParameterError: no product has all of these attributes.
    """

    def values(entry: Entry) -> Hashable:
        return tuple(entry.attributes.get(name, "") for name in names)

    own, same = _rows_by(entries, lambda entry: entry.group), _rows_by(entries, values)
    questions = [
        LooksQuestion(row, same[values(entry)] - own[entry.group], own[entry.group])
        for row, entry in enumerate(entries)
        if all(entry.attributes.get(name) for name in names)
    ]
    if not questions:
        raise BadParameterError(f"No product of the catalogue has {' and '.join(names)}.")
    return Task(f"Another product of the same {' and '.join(names)}", _answerable(questions))


def labelled_task(entries: Sequence[Entry], path: Path) -> Task:
    """What a labelled file says is right.

    Raises:
        BadParameterError: the file cannot be used, or a query is no entity_id of the catalogue.
    """
    rows = {entry.entity_id: row for row, entry in enumerate(entries)}
    questions = []
    for question in read_labelled(path, rows):
        if question.query not in rows:
            raise BadParameterError(
                f"{path.name}: the query {question.query} is a file. Searches by looks are "
                "measured with pictures of the catalogue."
            )
        row = rows[question.query]
        relevant = frozenset(rows[name] for name in question.expected) - {row}
        questions.append(LooksQuestion(row, relevant, frozenset({row})))
    return Task("Labelled queries", _answerable(questions))


def _rows_by(
    entries: Sequence[Entry], key: Callable[[Entry], Hashable]
) -> dict[Hashable, frozenset[int]]:
    rows: defaultdict[Hashable, set[int]] = defaultdict(set)
    for row, entry in enumerate(entries):
        rows[key(entry)].add(row)
    return {value: frozenset(found) for value, found in rows.items()}


def _answerable(questions: Sequence[LooksQuestion]) -> list[LooksQuestion]:
    return [question for question in questions if question.relevant]
