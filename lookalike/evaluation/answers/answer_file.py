"""The file that keeps answers as they arrive, so that a run continues where it was stopped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lookalike.errors import SettingInvalidError
from lookalike.evaluation.methods.method import Hit


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a method for a question.

    Attributes:
        question: the question's key.
        method: the method's name.
        hits: best first.
        milliseconds: duration of the search, from the bytes of the query image to the hits.
        refused: error code if there was no search, else ``None``.
    """

    question: str
    method: str
    hits: tuple[Hit, ...] = ()
    milliseconds: float = 0.0
    refused: str | None = None

    def to_json(self) -> str:
        """The answer as one line of JSON."""
        hits = [[hit.entity_id, hit.score, hit.verdict] for hit in self.hits]
        return json.dumps(asdict(self) | {"hits": hits}, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Answer:
        """The answer that ``to_json`` wrote.

        Raises:
            ValueError: the line is incomplete.
        """
        values: dict[str, Any] = json.loads(line)
        hits = tuple(Hit(*hit) for hit in values.pop("hits"))
        return cls(**values, hits=hits)


class AnswerFile:
    """The answers of a run, as JSON lines below a line that identifies catalogue and code.

    Args:
        path: the file; it need not exist.
        about: equal for runs whose answers may be mixed.
        anew: whether to discard the answers that the file holds.

    Raises:
        SettingInvalidError: the file holds answers about something else; it is left unchanged.
    """

    def __init__(self, path: Path, about: str, *, anew: bool = False) -> None:
        self._path = path
        self._head = json.dumps({"about": about})
        self.answers: dict[tuple[str, str], Answer] = {}
        lines = path.read_text("utf-8").splitlines() if path.exists() and not anew else []
        if lines[:1] == [self._head]:
            self._read(lines[1:])
        elif lines[1:]:
            raise SettingInvalidError(
                f"{path} holds {len(lines) - 1} answers about another catalogue, with another "
                "--sku-pattern, with other models (--leave-one-out) or from another version of "
                "Lookalike or of its libraries. Choose another --output, or discard the answers "
                "with --anew."
            )
        self._rewrite()

    def _read(self, lines: Iterable[str]) -> None:
        for line in lines:
            try:
                self._add(Answer.from_json(line))
            except (ValueError, TypeError, KeyError):  # the last line of a run that was killed
                continue

    def _add(self, answer: Answer) -> None:
        self.answers[answer.question, answer.method] = answer

    def _rewrite(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lines = [self._head, *(answer.to_json() for answer in self.answers.values())]
        new = self._path.with_suffix(".new")
        new.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        new.replace(self._path)

    def keep(self, found: Iterator[list[Answer]]) -> None:
        """Store answers as they arrive, in memory and in the file."""
        with self._path.open("a", encoding="utf-8") as file:
            for answers in found:
                for answer in answers:
                    file.write(f"{answer.to_json()}\n")
                    self._add(answer)
                file.flush()
