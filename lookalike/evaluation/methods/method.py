"""The interface of a method of finding copies, so that several can be compared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

TOP = 10
"""Number of hits to ask for where their ranking is measured."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A catalogue entry that a search found.

    Attributes:
        entity_id: of the entry.
        score: 0 to 1, comparable between queries: a probability or a similarity.
        verdict: what the method calls the entry; ``None`` for methods that only have scores.
    """

    entity_id: str
    score: float
    verdict: str | None = None


class Index(ABC):
    """A catalogue that can be searched. It stays in the process that built it."""

    @abstractmethod
    def search(self, query: bytes, excluded: frozenset[str], top: int = TOP) -> list[Hit]:
        """The best entries, best first.

        Args:
            query: content of an image file.
            excluded: entity ids to leave out, as if they were not in the catalogue.
            top: the largest number of hits. A method may search less deeply for fewer.

        Raises:
            LookalikeError: the method refuses the picture.
        """

    def with_models(self, folder: Path) -> Index:  # noqa: ARG002 - for methods with models
        """The same pictures, searched with fitted models of this folder.

        A method that nothing is fitted for searches as before.
        """
        return self


class Method(ABC):
    """A way to find copies. It can be sent to another process."""

    name: ClassVar[str]
    """The name on the command line."""
    title: ClassVar[str]
    """The name in reports."""

    @abstractmethod
    def describe(self, picture: bytes) -> Any:  # noqa: ANN401 - each method stores what it needs
        """Compute what to store of a catalogue picture; it can be sent to another process.

        Args:
            picture: content of an image file.

        Raises:
            LookalikeError: the method refuses the picture.
        """

    @abstractmethod
    def index(self, described: Mapping[str, Any], skus: Mapping[str, str]) -> Index:
        """Build an index of pictures.

        Args:
            described: results of ``describe``, by entity id.
            skus: of the entries that have one, by entity id. A method may treat pictures of one sku
                as views of one product.
        """
