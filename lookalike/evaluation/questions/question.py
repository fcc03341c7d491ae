"""What is asked of a catalogue: the words of the benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lookalike.evaluation.methods.method import TOP


class Kind(StrEnum):
    """Why a question is asked."""

    EDIT = "edit"
    """A single edit."""
    RANDOM = "random"
    """An edit drawn for each picture."""
    CHAIN = "chain"
    """Several edits, one after the other."""
    COMPOSITE = "composite"
    """The picture in a screenshot or a collage, beside another one."""
    UNRELATED = "unrelated"
    """A picture, as it is or edited, while its whole product is out of the catalogue."""
    HARD_NEGATIVE = "hard_negative"
    """A made picture that looks much like a catalogue picture of something else."""
    RECOLOURED = "recoloured"
    """A made colour variant, as it is or edited."""
    OTHER_COLOUR = "other_colour"
    """A picture of the same product and view in another colour, of the catalogue itself."""
    OTHER_VIEW = "other_view"
    """Another photograph of the same product."""
    PUBLISHED = "published"
    """An edit of a published benchmark."""
    LABELLED = "labelled"
    """A query whose answers somebody wrote down."""


class Held(StrEnum):
    """What the index holds while a question is asked."""

    WHOLE = "whole"
    """All pictures."""
    MADE = "made"
    """All pictures, and the made ones that hard negatives look like."""
    TENTH = "tenth"
    """A tenth of the pictures."""
    GROWN = "grown"
    """All pictures, and many made fingerprints."""


COPIES = (Kind.EDIT, Kind.RANDOM, Kind.CHAIN, Kind.COMPOSITE)
"""Kinds whose right answer is the picture that was edited, called a copy."""


@dataclass(frozen=True, slots=True)
class Question:
    """One query.

    Attributes:
        name: of the edit, ``""`` where the picture is asked as it is.
        domain: of the picture.
        query: entity id of the picture, or for labelled ones the path of a file.
        other: entity id of the second picture, where the edit takes one, or of the only right one.
        seed: of the edit's choices.
        expected: entity ids that are right.
        without: entity ids that are out of the catalogue.
        then: an edit after that, or ``""``.
        held: which index is asked.
        index: changes with what that index holds, where the catalogue alone does not decide it.
    """

    kind: Kind
    name: str
    domain: str
    query: str
    seed: int
    expected: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    other: str = ""
    then: str = ""
    held: Held = Held.WHOLE
    index: str = ""

    @property
    def content(self) -> tuple[str, ...]:
        """What is asked, of whatever index."""
        names = (self.kind, self.domain, self.name, self.then, self.query, self.other)
        return (*names, str(self.seed))

    @property
    def made_entry(self) -> str:
        """Entity id of the made picture that a hard negative looks like."""
        return "|".join(("made", *self.content))

    @property
    def key(self) -> str:
        """The question without its answers: the same in every run that asks it."""
        return "|".join((self.held, self.index, *self.content))

    @property
    def top(self) -> int:
        """Hits that are asked for: the best one, as a shop asks, unless their order is judged."""
        return TOP if self.kind in (Kind.PUBLISHED, Kind.LABELLED) else 1
