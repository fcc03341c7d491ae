"""Products to add to a catalogue, and the report about those that were added."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lookalike.pictures import Fingerprint
from lookalike.python_api.pictures import AnyPicture


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product to be added.

    Attributes:
        entity_id: its unique key, 1 to 256 characters.
        picture: a path, a web address, the bytes of an image file, a Pillow image, or a
            fingerprint that was computed before.
        sku: stock-keeping unit; several products may share one.
        image_url: the address that answers name; where it is ``None``, the path or the web address
            that ``picture`` is.
        attributes: flat string map, such as category or seller.
        further_pictures: other pictures that it shows, up to 19. Answers name those that are paths
            or web addresses.
    """

    entity_id: str
    picture: AnyPicture | Fingerprint
    sku: str = ""
    image_url: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    further_pictures: Sequence[AnyPicture | Fingerprint] = ()

    @property
    def address(self) -> str | None:
        """The address of the main picture that is stored."""
        return address_of(self.picture) if self.image_url is None else self.image_url


def address_of(picture: AnyPicture | Fingerprint) -> str | None:
    """The path or the web address that a picture is; ``None`` for any other."""
    return os.fsdecode(picture) if isinstance(picture, (str, os.PathLike)) else None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A product that was not added, and why.

    Attributes:
        entity_id: of the product; empty where it has none.
        code: the reason, for programs.
        detail: the reason as a sentence, for people.
        position: of the product among those that were given, from 0.
    """

    entity_id: str
    code: str
    detail: str
    position: int

    def __str__(self) -> str:
        """Name the product, and say why it was not added."""
        name = f" ({self.entity_id})" if self.entity_id else ""
        return f"Product at position {self.position}{name}: {self.detail}"


@dataclass(frozen=True, slots=True)
class AddReport:
    """Counts of the products that were added, and the products that were refused.

    Attributes:
        added: how many were created or replaced.
        unchanged: how many were already stored with the same values.
        refused: those that were not added.
    """

    added: int
    unchanged: int
    refused: tuple[Refusal, ...]

    @property
    def products(self) -> int:
        """The number of products that this report counts, refused ones included."""
        return self.added + self.unchanged + len(self.refused)

    def __add__(self, other: AddReport) -> AddReport:
        """Return one report about the products of both."""
        return AddReport(
            self.added + other.added,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
        )
