"""Files that say what is right: ``query,relevant_entity_id``."""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

from lookalike.errors import BadParameterError
from lookalike.evaluation.questions.ground_truth import number_of
from lookalike.evaluation.questions.question import Kind, Question

COLUMNS = ("query", "relevant_entity_id")
LABELLED = "labelled queries"
"""The domain of such questions."""
SHOWN = 5
"""Wrong lines that an error names, at most."""


def read_labelled(path: Path, entity_ids: Collection[str]) -> list[Question]:
    """The queries of a labelled file, in its order.

    A query is an entity id of the catalogue or the path of a picture file, from the file's folder.
    It may have several lines, one a right answer. An empty ``relevant_entity_id`` says that nothing
    of the catalogue is right.

    Raises:
        BadParameterError: the file is not one; says in which lines, and why.
    """
    relevant: dict[str, set[str]] = {}
    wrong: list[str] = []
    for number, query, answer in _rows(path):
        source = query if query in entity_ids else str((path.parent / query).resolve())
        if flaw := _flaw(query, answer, source, entity_ids):
            wrong.append(f"line {number}: {flaw}")
            continue
        relevant.setdefault(source, set()).update({answer} - {""})
    if wrong:
        more = f"; and {len(wrong) - SHOWN} more lines" if len(wrong) > SHOWN else ""
        raise BadParameterError(f"{path.name}, {'; '.join(wrong[:SHOWN])}{more}.")
    if not relevant:
        raise BadParameterError(f"{path.name} holds no queries below its first line.")
    return [_question(source, answers, entity_ids) for source, answers in relevant.items()]


def _rows(path: Path) -> list[tuple[int, str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="", skipinitialspace=True)
            columns = tuple(name.strip() for name in reader.fieldnames or ())
            if not {*COLUMNS} <= {*columns}:
                found = ", ".join(columns) or "nothing"
                raise BadParameterError(
                    f"{path.name}, line 1: the columns are query and relevant_entity_id; this "
                    f"file has: {found}."
                )
            query, answer = COLUMNS
            return [(reader.line_num, row[query].strip(), row[answer].strip()) for row in reader]
    except OSError as error:
        raise BadParameterError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadParameterError(f"{path.name} is not CSV in UTF-8: {error}.") from error


def _flaw(query: str, answer: str, source: str, entity_ids: Collection[str]) -> str | None:
    if not query:
        return "the query is empty"
    if source not in entity_ids and not Path(source).is_file():
        return f"{query!r} is neither an entity_id of the catalogue nor a file"
    if answer and answer not in entity_ids:
        return f"relevant_entity_id {answer!r} is not in the catalogue"
    return None


def _question(source: str, answers: set[str], entity_ids: Collection[str]) -> Question:
    """A catalogue picture does not find itself, unless that is said to be right."""
    own = {source} - answers if source in entity_ids else set()
    content = source if source in entity_ids else Path(source).read_bytes().hex()
    seed = number_of(content, *own)  # another picture under the same name is another question
    return Question(
        Kind.LABELLED, "", LABELLED, source, seed, tuple(sorted(answers)), frozenset(own)
    )
