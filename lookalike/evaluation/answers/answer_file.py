"""Answers to questions, kept in a file as they come, so that a stopped run can go on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lookalike.errors import SettingInvalidError
from lookalike.evaluation.methods.method import Hit

ROOT = Path(__file__).parents[3]
DECIDING = (
    "lookalike/fingerprint",
    "lookalike/images",
    "lookalike/inference.py",
    "lookalike/matching",
    "lookalike/storage",
    "lookalike/verification",
    "lookalike/evaluation/edits",
    "lookalike/evaluation/answers/synthetic_entries.py",
    "lookalike/evaluation/methods",
    "lookalike/evaluation/scoring/published_figures.py",
    "lookalike/evaluation/questions/query_images.py",
    "lookalike/local/service.py",
)
"""Files, and folders of files, that decide about answers, below ``ROOT``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method found.

    Attributes:
        question: its key.
        method: by name.
        hits: best first.
        milliseconds: of the search, from the file's bytes to the hits.
        refused: code of the error where there was no search, else ``None``.
    """

    question: str
    method: str
    hits: tuple[Hit, ...] = ()
    milliseconds: float = 0.0
    refused: str | None = None

    def to_json(self) -> str:
        """One line."""
        hits = [[hit.entity_id, hit.score, hit.verdict] for hit in self.hits]
        return json.dumps(asdict(self) | {"hits": hits}, ensure_ascii=False)

    @classmethod
    def of_json(cls, line: str) -> Answer:
        """What ``to_json`` wrote.

        Raises:
            ValueError: it did not.
        """
        values: dict[str, Any] = json.loads(line)
        hits = tuple(Hit(*hit) for hit in values.pop("hits"))
        return cls(**values, hits=hits)


class AnswerFile:
    """The answers of a run, as JSON lines; the first line says what they are about.

    Args:
        path: of the file, which may exist.
        about: equal for runs whose answers may be mixed.
        anew: whether to discard the answers that are there.

    Raises:
        SettingInvalidError: it holds answers about something else, and is left as it is.
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
                "--sku-pattern or of another version of Lookalike. Name another --output, or "
                "discard them with --anew."
            )
        self._rewrite()

    def _read(self, lines: Iterable[str]) -> None:
        for line in lines:
            try:
                self._keep(Answer.of_json(line))
            except (ValueError, TypeError, KeyError):  # the line at which a run was killed
                continue

    def _keep(self, answer: Answer) -> None:
        self.answers[answer.question, answer.method] = answer

    def _rewrite(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lines = [self._head, *(answer.to_json() for answer in self.answers.values())]
        new = self._path.with_suffix(".new")
        new.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        new.replace(self._path)

    def keep(self, found: Iterator[list[Answer]]) -> None:
        """Takes in what is found, in memory and in the file, as it comes."""
        with self._path.open("a", encoding="utf-8") as file:
            for answers in found:
                for answer in answers:
                    file.write(f"{answer.to_json()}\n")
                    self._keep(answer)
                file.flush()


def digest_of_code() -> str:
    """Changes with whatever decides about answers: code, network, coefficients and edits."""
    digest = hashlib.sha256()
    for name in DECIDING:
        for path in (ROOT / name, *sorted((ROOT / name).rglob("*"))):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
