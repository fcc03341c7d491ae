"""What keeps reconciliations between invocations: their states, and files of checksums."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

from lookalike.sync.reconciliation_state import PartState, ReconciliationState


class ReconciliationStore(ABC):
    """Keeps the unfinished reconciliation, its parts, and the last finished one."""

    @abstractmethod
    def unfinished(self) -> ReconciliationState | None:
        """The reconciliation to continue, if there is one.

        Raises:
            StorageUnavailableError: the store does not answer.
        """

    @abstractmethod
    def last(self) -> ReconciliationState | None:
        """The last finished reconciliation, if there is one.

        Raises:
            StorageUnavailableError: the store does not answer.
        """

    @abstractmethod
    def embedding_run(self) -> str | None:
        """The last run that embedded stored pictures; ``None``: there was none.

        Raises:
            StorageUnavailableError: the store does not answer.
        """

    @abstractmethod
    def note_embedding_run(self, name: str) -> None:
        """Note that stored pictures were embedded, so that the next reconciliation indexes them.

        Args:
            name: of the run, unlike that of any other.

        Raises:
            StorageUnavailableError: the store does not answer.
        """

    @abstractmethod
    def save(self, state: ReconciliationState) -> None:
        """Keep a state; a finished one becomes the last and is no longer unfinished.

        Raises:
            StorageUnavailableError: the store does not answer.
        """

    @abstractmethod
    def part(self, state: ReconciliationState, number: int) -> PartState:
        """A part of the current step of a reconciliation, at its beginning if none was saved.

        Raises:
            StorageUnavailableError: the store does not answer.
        """

    @abstractmethod
    def save_part(self, part: PartState) -> None:
        """Keep a part, in place of whatever was kept under its number.

        Raises:
            StorageUnavailableError: the store does not answer.
        """


class ChecksumFiles(Protocol):
    """Keeps files. Every method raises ``StorageUnavailableError`` where it does not answer."""

    def put(self, key: str, content: bytes) -> None:
        """Write a file, or replace it."""

    def get(self, key: str) -> bytes | None:
        """The content of a file; ``None`` if it is not there."""
