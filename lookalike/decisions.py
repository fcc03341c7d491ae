"""Decisions: what people have said about two products, and which pictures they have seen.

A decision is about two products, and keeps the pictures that these showed. It stands as long as the
products show them: another photograph is a new question. Where the algorithm version has changed,
and with it all ids of pictures, a picture is known again by its pHash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from lookalike.errors import BadParameterError
from lookalike.pictures import Fingerprint

MAX_PHASH_BITS = 4
"""Bits by which the pHash of one picture may differ between two algorithm versions: changes of how
pictures are prepared have moved it by 2, and unrelated photographs are some 32 apart."""
MAX_NOTE_LENGTH = 2_000
MAX_NAME_LENGTH = 200
"""Characters of a note, and of who has decided."""
_PAIR_DIGITS = 24
_CONTENT_DIGITS = 12


class DecisionKind(StrEnum):
    """What is decided about two products."""

    DUPLICATE = "duplicate"
    """They are duplicates of each other."""
    NOT_DUPLICATE = "not_duplicate"
    """They are not, and nobody is to be asked again."""
    VARIANT = "variant"
    """They are one article in two variants, such as colours: no duplicates."""


@dataclass(frozen=True, slots=True)
class DecidedPicture:
    """A picture that a product showed when it was decided about.

    Attributes:
        fingerprint_id: names the picture within an algorithm version.
        version: of the algorithm.
        phash: of the whole frame, as 16 hex digits.
    """

    fingerprint_id: str
    version: str
    phash: str

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> DecidedPicture:
        """The picture of a fingerprint."""
        return cls(fingerprint.fingerprint_id, fingerprint.version, fingerprint.phash)

    def is_picture(self, fingerprint: Fingerprint) -> bool:
        """Return whether a fingerprint is that of this picture."""
        if self.version == fingerprint.version:
            return self.fingerprint_id == fingerprint.fingerprint_id
        differing = int(self.phash, 16) ^ int(fingerprint.phash, 16)
        return differing.bit_count() <= MAX_PHASH_BITS


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two products of a decision, with the pictures that it showed."""

    entity_id: str
    pictures: tuple[DecidedPicture, ...]

    def has(self, fingerprint: Fingerprint) -> bool:
        """Return whether the product showed this picture."""
        return any(picture.is_picture(fingerprint) for picture in self.pictures)


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody has decided about two products; there is one decision about them at most.

    Attributes:
        a: entity id of one product.
        b: that of the other one, which comes later in the order of texts.
        kind: what is decided.
        pictures_of_a: what ``a`` showed.
        pictures_of_b: what ``b`` showed.
        decided_at: seconds since the epoch (UTC).
        note: why; may be empty.
        by: who has decided; may be empty.
    """

    a: str
    b: str
    kind: DecisionKind
    pictures_of_a: tuple[DecidedPicture, ...]
    pictures_of_b: tuple[DecidedPicture, ...]
    decided_at: float
    note: str = ""
    by: str = ""

    @classmethod
    def about(
        cls,
        sides: Iterable[Side],
        kind: DecisionKind,
        decided_at: float,
        note: str = "",
        by: str = "",
    ) -> Decision:
        """The decision about two products, whichever of them is named first.

        Raises:
            BadParameterError: both are the same product.
        """
        a, b = sorted(sides, key=lambda side: side.entity_id)
        pair_id(a.entity_id, b.entity_id)
        return cls(a.entity_id, b.entity_id, kind, a.pictures, b.pictures, decided_at, note, by)

    @property
    def pair_id(self) -> str:
        """Names the two products."""
        return pair_id(self.a, self.b)

    @property
    def decision_id(self) -> str:
        """Names this decision as it was made: whatever replaces it has another id."""
        content = (self.kind, self.note, self.by, self.decided_at, *map(_texts, self.sides))
        digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
        return f"{self.pair_id}-{digest[:_CONTENT_DIGITS]}"

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both products."""
        return Side(self.a, self.pictures_of_a), Side(self.b, self.pictures_of_b)

    def side_of(self, entity_id: str) -> Side:
        """The side of one of its products."""
        return next(side for side in self.sides if side.entity_id == entity_id)

    def other_side(self, entity_id: str) -> Side:
        """The side opposite to one of its products."""
        return next(side for side in self.sides if side.entity_id != entity_id)


def pair_id(one: str, other: str) -> str:
    """The name of two products, in whatever order they are given.

    Raises:
        BadParameterError: both are the same product.
    """
    if one == other:
        raise BadParameterError(f"A decision is about two products: {one!r} is one.")
    pair = json.dumps(sorted((one, other)))
    return hashlib.sha256(pair.encode()).hexdigest()[:_PAIR_DIGITS]


def pair_of_decision(decision_id: str) -> str:
    """The pair id that a decision's id begins with."""
    return decision_id.partition("-")[0]


def pictures_to_json(pictures: Iterable[DecidedPicture]) -> str:
    """Pictures as the text that stores keep."""
    return json.dumps([asdict(picture) for picture in pictures], separators=(",", ":"))


def pictures_from_json(text: str) -> tuple[DecidedPicture, ...]:
    """The pictures that ``pictures_to_json`` wrote."""
    return pictures_from(json.loads(text))


def pictures_from(items: Sequence[Mapping[str, Any]]) -> tuple[DecidedPicture, ...]:
    """Pictures whose attributes are given by name."""
    return tuple(DecidedPicture(**item) for item in items)


def _texts(side: Side) -> list[str]:
    return [picture.fingerprint_id for picture in side.pictures]
