"""Questions from a file of labelled queries: ``query,relevant_entity_id``."""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

from lookalike.errors import BadParameterError
from lookalike.evaluation.questions.question import Kind, Question
from lookalike.evaluation.questions.seeding import digest_number

COLUMNS = ("query", "relevant_entity_id")
LABELLED_DOMAIN = "labelled queries"
MAX_SHOWN = 5
"""Wrong lines that an error message lists."""


def read_labelled(path: Path, entity_ids: Collection[str]) -> list[Question]:
    """The queries of a labelled file, in its order.

    A query is an entity id of the catalogue or the path of a picture file, relative to the folder
    of the labelled file. It may have several lines, each with one right answer. An empty
    ``relevant_entity_id`` means that nothing in the catalogue is right.

    Raises:
        BadParameterError: the file cannot be used; the message lists the wrong lines with reasons.
    """
    relevant: dict[str, set[str]] = {}
    wrong: list[str] = []
    for number, query, answer in _rows(path):
        source = query if query in entity_ids else str((path.parent / query).resolve())
        if problem := _problem(query, answer, source, entity_ids):
            wrong.append(f"line {number}: {problem}")
            continue
        relevant.setdefault(source, set()).update({answer} - {""})
    if wrong:
        more = f"; and {len(wrong) - MAX_SHOWN} more lines" if len(wrong) > MAX_SHOWN else ""
        raise BadParameterError(f"{path.name}, {'; '.join(wrong[:MAX_SHOWN])}{more}.")
    if not relevant:
        raise BadParameterError(f"{path.name} holds no queries below its header.")
    return [_question(source, answers, entity_ids) for source, answers in relevant.items()]


def _rows(path: Path) -> list[tuple[int, str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="", skipinitialspace=True)
            columns = tuple(name.strip() for name in reader.fieldnames or ())
            if not {*COLUMNS} <= {*columns}:
                found = ", ".join(columns) or "none"
                raise BadParameterError(
                    f"{path.name}, line 1: the columns query and relevant_entity_id are needed; "
                    f"this file has: {found}."
                )
            query, answer = COLUMNS
            return [(reader.line_num, row[query].strip(), row[answer].strip()) for row in reader]
    except OSError as error:
        raise BadParameterError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadParameterError(f"{path.name} is not CSV in UTF-8: {error}.") from error


def _problem(query: str, answer: str, source: str, entity_ids: Collection[str]) -> str | None:
    if not query:
        return "the query is empty"
    if source not in entity_ids and not Path(source).is_file():
        return f"{query!r} is neither an entity_id of the catalogue nor a file"
    if answer and answer not in entity_ids:
        return f"relevant_entity_id {answer!r} is not in the catalogue"
    return None


def _question(source: str, answers: set[str], entity_ids: Collection[str]) -> Question:
    """A catalogue picture may not find its own entry, unless the file lists it as right."""
    own = {source} - answers if source in entity_ids else set()
    content = source if source in entity_ids else Path(source).read_bytes().hex()
    seed = digest_number(content, *own)  # so a changed file makes another question
    return Question(
        Kind.LABELLED, "", LABELLED_DOMAIN, source, seed, tuple(sorted(answers)), frozenset(own)
    )
