"""Creates the image file of each question."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image

from lookalike.errors import ImageError
from lookalike.evaluation.edits import HARD_NEGATIVES, LISTINGS, apply, encode, visibly_recoloured
from lookalike.evaluation.edits.published import PUBLISHED_EDITS
from lookalike.evaluation.questions.question import Kind, Question
from lookalike.images.preparation import prepare


class NothingChangedError(ImageError):
    """The recolouring is not visible, as of a white shirt, so the question is not asked."""

    code: ClassVar[str] = "nothing_changed"
    title: ClassVar[str] = "Nothing changed"


@dataclass(frozen=True, slots=True)
class QueryImages:
    """Creates query images from the picture files of the catalogue.

    Attributes:
        paths: the picture files by entity id.
    """

    paths: Mapping[str, Path]

    def query_image(self, question: Question) -> bytes:
        """The image file to ask with.

        Raises:
            NothingChangedError: a recolouring is not visible.
            LookalikeError: a picture cannot be decoded.
            OSError: a file cannot be read.
        """
        if not question.edit:
            return self._file(question.query)
        picture = self._picture(question.query)
        match question.kind:
            case Kind.HARD_NEGATIVE | Kind.LISTING:
                return encode(self._made(question)[1])
            case Kind.PUBLISHED:
                return encode(PUBLISHED_EDITS[question.edit](picture))
            case Kind.RECOLOURED:
                return self._recoloured(question, picture)
            case _:
                other = self._picture(question.other) if question.other else None
                return _edited_again(question, apply(question.edit, picture, question.seed, other))

    def counterpart_image(self, question: Question) -> bytes:
        """The generated catalogue picture that a hard negative or a listing resembles."""
        return encode(self._made(question)[0])

    def _made(self, question: Question) -> tuple[Image.Image, Image.Image]:
        pictures = (self._picture(question.query), self._picture(question.other))
        pairing = (HARD_NEGATIVES | LISTINGS)[question.edit]
        return pairing(*pictures, np.random.default_rng(question.seed))

    def _recoloured(self, question: Question, picture: Image.Image) -> bytes:
        changed = apply(question.edit, picture, question.seed)
        if not visibly_recoloured(picture, _opened(changed)):
            raise NothingChangedError("The recolouring is not visible.")
        return _edited_again(question, changed)

    def _picture(self, name: str) -> Image.Image:
        """The picture as it is fingerprinted: upright, RGB, short side below 1,024 pixels."""
        return prepare(self._file(name)).whole

    def _file(self, name: str) -> bytes:
        return (self.paths.get(name) or Path(name)).read_bytes()


def _edited_again(question: Question, file: bytes) -> bytes:
    """The image file under the second edit of a question, if it has one."""
    if not question.second_edit:
        return file
    return apply(question.second_edit, _opened(file), question.seed)


def _opened(file: bytes) -> Image.Image:
    return Image.open(io.BytesIO(file)).convert("RGB")
