"""Links between pictures, runs that search for all duplicates, and the stores that keep them.

Of the kinds of storage, those of one machine have a ``DuplicateStore``. On AWS, links and groups
are files (``lookalike.aws.duplicates``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lookalike.storage.interfaces import Storage
from lookalike.storage.run_state import RunState


@dataclass(frozen=True, slots=True)
class DuplicateRun:
    """One search for all duplicates of the catalogue.

    Attributes:
        run_id: unique key, not empty.
        created_at: seconds since the epoch (UTC).
        min_match: percentage, 50 to 100, from which two pictures are linked.
        keep: names of the criteria by which the product to keep is chosen, first one first.
        state: of the run.
        finished_at: seconds since the epoch (UTC); ``None`` until the run has ended.
        total: pictures to compare; ``None`` until they are counted.
        compared: pictures that were compared.
        started_at: seconds since the epoch (UTC) when the current process, or the last one, began
            or continued the run; ``None`` while it waits for its turn.
        compared_before: pictures that were compared before ``started_at``.
        groups: groups that were found; ``None`` until the run is done.
    """

    run_id: str
    created_at: float
    min_match: float = 50.0
    keep: tuple[str, ...] = ()
    state: RunState = RunState.RUNNING
    finished_at: float | None = None
    total: int | None = None
    compared: int = 0
    started_at: float | None = None
    compared_before: int = 0
    groups: int | None = None


@dataclass(frozen=True, slots=True)
class PictureLink:
    """What was found when two stored pictures were compared.

    Attributes:
        a: fingerprint id of the picture that was the query.
        b: fingerprint id of the other one.
        probability: calibrated, 0 to 1, that both come from one photograph.
        verdict: the kind of likeness, as in the answers of checks.
        evidence: what is known beside it, as JSON has it.
    """

    a: str
    b: str
    probability: float
    verdict: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PictureToCompare:
    """A picture that was not compared with the others yet.

    Attributes:
        position: in the order in which pictures were first registered.
        fingerprint_id: of the picture.
    """

    position: int
    fingerprint_id: str


class DuplicateRuns(ABC):
    """Runs, and the groups that each has found."""

    @abstractmethod
    def get(self, run_id: str) -> DuplicateRun:
        """The run.

        Raises:
            UnknownDuplicateRunError: there is no run of that id.
        """

    @abstractmethod
    def put_groups(self, run_id: str, first: int, groups: Sequence[Mapping[str, Any]]) -> None:
        """Keep groups, as JSON has them, numbered from ``first`` on."""

    @abstractmethod
    def groups(self, run_id: str, after: int = 0, limit: int = 100) -> list[Mapping[str, Any]]:
        """The first groups with numbers above ``after``, ascending.

        Raises:
            UnknownDuplicateRunError: there is no run of that id.
        """


class PictureLinks(ABC):
    """The links between pictures, and what grouping them takes besides.

    Links belong to a *recipe*: the version of everything that decides about them. Those of another
    recipe do not count.
    """

    @abstractmethod
    def links(self, recipe: str, least: float) -> Iterator[PictureLink]:
        """The links of at least this probability between pictures that products show."""

    @abstractmethod
    def positions(self, fingerprint_ids: Iterable[str]) -> dict[str, int]:
        """The places of pictures in the order of their first registration, by fingerprint id.

        A store that does not know the order leaves all of them out.
        """

    @abstractmethod
    def shown_by_several(self) -> Iterator[str]:
        """The pictures that more than one product shows, by fingerprint id ascending."""


class DuplicateStore(DuplicateRuns, PictureLinks):
    """What one machine keeps: runs, groups, links, and marks of pictures that were compared.

    Marks belong to a recipe, as links do. With a picture, its links and its mark are removed.
    """

    @abstractmethod
    def put(self, run: DuplicateRun) -> None:
        """Create or replace a run; its groups stay."""

    @abstractmethod
    def running(self) -> list[DuplicateRun]:
        """The runs in state ``running``, oldest first."""

    @abstractmethod
    def sweep(self, finished_before: float) -> int:
        """Remove runs that ended before this time, with their groups; how many runs.

        Args:
            finished_before: seconds since the epoch (UTC).
        """

    @abstractmethod
    def uncompared(self, recipe: str, after: int = -1, limit: int = 100) -> list[PictureToCompare]:
        """The first pictures after a position that some product shows and that have no mark."""

    @abstractmethod
    def count_uncompared(self, recipe: str) -> int:
        """The number of pictures that ``uncompared`` lists."""

    @abstractmethod
    def add_compared(
        self, recipe: str, fingerprint_ids: Iterable[str], links: Sequence[PictureLink]
    ) -> None:
        """Mark pictures as compared with all others, and keep the links that were found.

        Of two links between the same pictures, whichever is the query, the more probable one
        stays. Pictures that are no longer stored are left out.
        """


class StorageWithLinks(Storage):
    """A kind of storage that also keeps the links between pictures: those of one machine do."""

    duplicates: DuplicateStore
