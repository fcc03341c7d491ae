"""The requests and answers about decisions, as the contract shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from lookalike.api.decisions.service import ListedDecision, ListedDecisions, NewDecision
from lookalike.api.fingerprint_id import FingerprintId
from lookalike.catalogue.product_limits import (
    MAX_ENTITY_ID_LENGTH,
    entity_id_flaw,
    is_storable,
)
from lookalike.decisions import MAX_NAME_LENGTH, MAX_NOTE_LENGTH, DecidedPicture, DecisionKind
from lookalike.http.cursors import cursor_of
from lookalike.http.validation import StrictModel
from lookalike.mistakes import Form

MAX_PICTURES = 100
"""Pictures of one product that a decision keeps."""
MAX_ID_LENGTH = 100
_WITHOUT_NUL = Field(json_schema_extra={"pattern": r"^[^\x00]*$"})
_WITHOUT_CONTROL = Field(json_schema_extra={"pattern": r"^[^\x00-\x1f\x7f]+$"})


def _fit_for_an_id(text: str) -> str:
    if flaw := entity_id_flaw(text):
        raise ValueError(flaw)
    return _storable(text)


def _storable(text: str) -> str:
    if not is_storable(text):
        raise ValueError("must not have the character NUL or a lone surrogate")
    return text


ProductId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_ENTITY_ID_LENGTH),
    AfterValidator(_fit_for_an_id),
    _WITHOUT_CONTROL,
]
Note = Annotated[
    str, StringConstraints(max_length=MAX_NOTE_LENGTH), AfterValidator(_storable), _WITHOUT_NUL
]
Name = Annotated[
    str, StringConstraints(max_length=MAX_NAME_LENGTH), AfterValidator(_storable), _WITHOUT_NUL
]
DecisionId = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_LENGTH)]


class PictureShown(StrictModel):
    """A picture that a product showed when it was decided about."""

    fingerprint_id: FingerprintId = Field(
        description="Names the picture by its content, within an algorithm version."
    )
    version: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(
        description="The version of the algorithm."
    )
    phash: Annotated[
        str, Form("^[0-9a-f]{16}$", "must have 16 hexadecimal digits, in lower case")
    ] = Field(description="The 64-bit pHash, by which the picture is known in other versions.")

    @classmethod
    def of(cls, picture: DecidedPicture) -> Self:
        """The picture as it is shown."""
        return cls(
            fingerprint_id=picture.fingerprint_id, version=picture.version, phash=picture.phash
        )

    @property
    def picture(self) -> DecidedPicture:
        """The picture as decisions keep it."""
        return DecidedPicture(self.fingerprint_id, self.version, self.phash)


_Shown = Annotated[list[PictureShown], Field(min_length=1, max_length=MAX_PICTURES)]


class DecisionRequest(StrictModel):
    """What somebody decides about two products."""

    a: ProductId = Field(description="The entity_id of one of the two products.")
    b: ProductId = Field(description="The entity_id of the other one.")
    decision: Annotated[DecisionKind, Field(strict=False)] = Field(
        description="`duplicate`: they are duplicates. `not_duplicate`: they are not, and nobody "
        "is to be asked again. `variant`: one article in two variants, such as colours."
    )
    note: Note = Field(default="", description="Why.")
    by: Name = Field(default="", description="Who decides.")
    replaces: DecisionId | None = Field(
        default=None,
        description="The `id` of the decision that this one replaces. Without it, another decision "
        "that stands is not overwritten: 409.",
    )
    decided_at: Annotated[AwareDatetime, Field(strict=False)] | None = Field(
        default=None, description="When it was decided, for decisions of an export; now if null."
    )
    pictures_of_a: _Shown | None = Field(
        default=None,
        description="What `a` showed, for decisions of an export; what it shows now if null.",
    )
    pictures_of_b: _Shown | None = Field(default=None, description="The same of `b`.")

    @property
    def new(self) -> NewDecision:
        """The decision as the service takes it."""
        return NewDecision(
            self.a,
            self.b,
            self.decision,
            self.note,
            self.by,
            self.replaces,
            self.decided_at.timestamp() if self.decided_at else None,
            [each.picture for each in self.pictures_of_a] if self.pictures_of_a else None,
            [each.picture for each in self.pictures_of_b] if self.pictures_of_b else None,
        )


class DecisionAnswer(BaseModel):
    """A decision."""

    id: str = Field(
        description="Names the decision as it was made: whatever replaces it has another id."
    )
    a: str = Field(description="The product whose entity_id comes first in the order of texts.")
    b: str
    decision: DecisionKind
    note: str
    by: str
    decided_at: datetime
    stands: bool = Field(
        description="Whether both products are stored and still show these pictures. What does "
        "not stand is kept, and counts for nothing until they show them again."
    )
    pictures_of_a: list[PictureShown]
    pictures_of_b: list[PictureShown]

    @classmethod
    def of(cls, listed: ListedDecision) -> Self:
        """The decision as it is shown."""
        decision = listed.decision
        return cls(
            id=decision.decision_id,
            a=decision.a,
            b=decision.b,
            decision=decision.kind,
            note=decision.note,
            by=decision.by,
            decided_at=datetime.fromtimestamp(decision.decided_at, UTC),
            stands=listed.stands,
            pictures_of_a=[PictureShown.of(each) for each in decision.pictures_of_a],
            pictures_of_b=[PictureShown.of(each) for each in decision.pictures_of_b],
        )


class DecisionsAnswer(BaseModel):
    """A page of decisions."""

    decisions: list[DecisionAnswer]
    next_cursor: str | None = Field(
        description="The `cursor` of the next page; null on the last page."
    )

    @classmethod
    def of(cls, page: ListedDecisions) -> Self:
        """The page as it is shown."""
        return cls(
            decisions=[DecisionAnswer.of(each) for each in page.decisions],
            next_cursor=None if page.after is None else cursor_of(page.after),
        )
