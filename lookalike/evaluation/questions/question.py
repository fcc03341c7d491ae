"""A question of the benchmark: a query, the index that it is asked of, and the right answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lookalike.evaluation.methods.method import TOP


class Kind(StrEnum):
    """What a question tests. The values are part of the keys of stored answers."""

    EDIT = "edit"
    """A single edit of fixed strength."""
    RANDOM = "random"
    """An edit whose strength is drawn for each picture."""
    CHAIN = "chain"
    """Several edits, one after the other."""
    COMPOSITE = "composite"
    """The picture within a screenshot or a collage."""
    UNRELATED = "unrelated"
    """A picture, as it is or edited, whose whole product is left out of the index."""
    HARD_NEGATIVE = "hard_negative"
    """A generated picture that resembles a generated picture of another product."""
    LISTING = "listing"
    """A picture under an overlay, of which the index holds one under another overlay."""
    RECOLOURED = "recoloured"
    """A generated colour variant, as it is or edited."""
    OTHER_COLOUR = "other_colour"
    """A catalogue picture of the same product and view in another colour."""
    OTHER_VIEW = "other_view"
    """Another photograph of the same product."""
    RENDITION = "rendition"
    """A catalogue picture of which the index holds other renditions alone."""
    REDUCED = "reduced"
    """A picture at 150 to 400 pixels, as shops store them, under a single edit."""
    PUBLISHED = "published"
    """An edit of a published benchmark."""
    LABELLED = "labelled"
    """A query whose right answers are listed in a file."""


class IndexKind(StrEnum):
    """Which pictures an index holds. The values are part of the keys of stored answers."""

    WHOLE = "whole"
    """All pictures of the catalogue."""
    WITH_COUNTERPARTS = "made"
    """All pictures, and the generated ones that hard negatives and listings resemble."""
    TENTH = "tenth"
    """A tenth of the pictures."""
    GROWN = "grown"
    """All pictures, and many synthetic entries."""


COPY_KINDS = (Kind.EDIT, Kind.RANDOM, Kind.CHAIN, Kind.COMPOSITE)
"""Kinds whose right answer is the picture that was edited, called a copy."""


@dataclass(frozen=True, slots=True)
class Question:
    """One query to one index.

    Attributes:
        edit: its name; ``""`` where the picture is asked about as it is.
        domain: the catalogue that the picture is from.
        query: entity id of the picture; for labelled queries possibly the path of a file.
        seed: of everything that the edit draws.
        expected: entity ids that are right.
        excluded: entity ids that the search leaves out.
        other: entity id of the second picture of an edit that needs one, or of the only expected
            entry.
        second_edit: an edit after the first, or ``""``.
        index_kind: the index that is asked.
        index_version: differs between indexes of one kind with different contents.
    """

    kind: Kind
    edit: str
    domain: str
    query: str
    seed: int
    expected: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    other: str = ""
    second_edit: str = ""
    index_kind: IndexKind = IndexKind.WHOLE
    index_version: str = ""

    @property
    def content(self) -> tuple[str, ...]:
        """The fields that identify the query, whichever index is asked."""
        names = (self.kind, self.domain, self.edit, self.second_edit, self.query, self.other)
        return (*names, str(self.seed))

    @property
    def counterpart(self) -> str:
        """Entity id of the generated catalogue picture that the query resembles."""
        return "|".join(("made", *self.content))

    @property
    def key(self) -> str:
        """Identifies the question in every run that asks it; stored answers are found by it."""
        return "|".join((self.index_kind, self.index_version, *self.content))

    @property
    def top(self) -> int:
        """Number of hits to ask for: one, as a shop does, unless their ranking is measured."""
        return TOP if self.kind in (Kind.PUBLISHED, Kind.LABELLED) else 1
