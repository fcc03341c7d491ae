"""What a method of finding copies promises, so that several can be compared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

TOP = 10
"""Hits that are asked for where their order is judged."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A catalogue entry that a search found.

    Attributes:
        score: 0 to 1, comparable between queries: a probability, or a similarity.
        verdict: what the method calls it; ``None`` for methods with scores alone.
    """

    entity_id: str
    score: float
    verdict: str | None = None


class Index(ABC):
    """A catalogue that can be searched. Of one process."""

    @abstractmethod
    def search(self, query: bytes, without: frozenset[str], top: int = TOP) -> list[Hit]:
        """The best entries, best first.

        Args:
            query: a picture file.
            without: entity ids that are left out, as if they were not in the catalogue.
            top: hits at most. A method may look less far for one than for several.

        Raises:
            LookalikeError: the method refuses the picture.
        """


class Method(ABC):
    """A way to find copies. Can be sent to another process."""

    name: ClassVar[str]
    """As it is chosen on the command line."""
    title: ClassVar[str]
    """As reports call it."""

    @abstractmethod
    def describe(self, picture: bytes) -> Any:  # noqa: ANN401 - each method stores what it needs
        """What is stored of a catalogue picture: can be sent to another process.

        Raises:
            LookalikeError: the method refuses the picture.
        """

    @abstractmethod
    def index(self, described: Mapping[str, Any]) -> Index:
        """A catalogue of pictures, by entity id as ``describe`` made them."""
