"""Making the picture of a question."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image

from lookalike.errors import ImageError
from lookalike.evaluation.edits import HARD_NEGATIVES, apply, encode, visibly_recoloured
from lookalike.evaluation.questions.question import Kind, Question
from lookalike.evaluation.scoring.published_figures import PUBLISHED_EDITS
from lookalike.images.preparation import prepare


class NothingChangedError(ImageError):
    """A recolouring that nobody would see, as of a white shirt: not to be asked."""

    code: ClassVar[str] = "nothing_changed"
    title: ClassVar[str] = "Nothing changed"


@dataclass(frozen=True, slots=True)
class QueryMaker:
    """Makes pictures of questions from the catalogue's files.

    Attributes:
        paths: by entity id.
    """

    paths: Mapping[str, Path]

    def query(self, question: Question) -> bytes:
        """The picture file that is asked.

        Raises:
            NothingChangedError: a recolouring does not show.
            LookalikeError: a picture cannot be read any more.
            OSError: nor can its file.
        """
        if not question.name:
            return self._file(question.query)
        picture = self._opened(question.query)
        match question.kind:
            case Kind.HARD_NEGATIVE:
                return encode(self._hard_negative(question)[1])
            case Kind.PUBLISHED:
                return encode(PUBLISHED_EDITS[question.name](picture))
            case Kind.RECOLOURED:
                return self._recoloured(question, picture)
            case _:
                other = self._opened(question.other) if question.other else None
                return apply(question.name, picture, question.seed, other)

    def made_entry(self, question: Question) -> bytes:
        """The catalogue picture that the query of a hard negative looks like."""
        return encode(self._hard_negative(question)[0])

    def _hard_negative(self, question: Question) -> tuple[Image.Image, Image.Image]:
        pictures = (self._opened(question.query), self._opened(question.other))
        return HARD_NEGATIVES[question.name](*pictures, np.random.default_rng(question.seed))

    def _recoloured(self, question: Question, picture: Image.Image) -> bytes:
        changed = apply(question.name, picture, question.seed)
        recoloured = Image.open(io.BytesIO(changed)).convert("RGB")
        if not visibly_recoloured(picture, recoloured):
            raise NothingChangedError("The recolouring does not show.")
        return apply(question.then, recoloured, question.seed) if question.then else changed

    def _opened(self, name: str) -> Image.Image:
        """As it is fingerprinted: upright, in RGB, its short side below 1,024 pixels."""
        return prepare(self._file(name)).whole

    def _file(self, name: str) -> bytes:
        return (self.paths.get(name) or Path(name)).read_bytes()
