"""The stores and what each promises. ``tests/contract`` holds every kind to it.

Products and pictures are the truth; the vector index is derived. A kind of storage keeps its
own index in step: whatever is put into its ``pictures`` becomes searchable in its ``vectors``.

In memory and embedded, that is within the same transaction, and what the index has lost comes
back when its picture is put again. Other threads and processes see a transaction whole.

On AWS, a stream brings to the index what appears in ``pictures`` and what goes, moments later, and
a scheduled comparison brings back what it has lost. ``vectors`` takes no part in transactions. A
transaction is written whole, but whoever reads many products or pictures meanwhile may see some
of it. What is looked up by key is as it was written last; ``showing``, ``sweep`` and the counts of
pictures look through indexes that follow moments later.

Texts may hold any Unicode, NUL included. A lone surrogate, which UTF-8 cannot write, is refused
by every method with ``BadParameterError``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum

from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import Picture, VectorEntry
from lookalike.products import Product
from lookalike.storage.import_runs import FailedRow, ImportRun


class PutOutcome(StrEnum):
    """What a put changed."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A picture and its Hamming distance (bits, 0 = identical hashes) to the query."""

    fingerprint_id: str
    distance: int


@dataclass(frozen=True, slots=True)
class Drift:
    """How the vector index differs from the pictures it is made from, as of one moment.

    Attributes:
        behind: pictures of the storage's algorithm version that are not searchable.
        ahead: searchable pictures that are not stored.
    """

    behind: int
    ahead: int


class ProductStore(ABC):
    """Catalogue entries by entity id, findable by the picture they show."""

    @abstractmethod
    def put_many(self, products: Sequence[Product]) -> list[PutOutcome]:
        """Create or replace; one outcome per product, in order.

        A product equal in every field to the stored one is ``UNCHANGED``. Where one call names an
        entity twice, the later wins, and its outcome is what it changed of the earlier. On AWS,
        the outcome is what it changed of what was read before, whoever else writes meanwhile.
        """

    @abstractmethod
    def get_many(self, entity_ids: Iterable[str]) -> dict[str, Product]:
        """The products that exist, by entity id; unknown ids are left out."""

    @abstractmethod
    def delete(self, entity_id: str) -> bool:
        """Remove; whether it was there."""

    @abstractmethod
    def showing(self, fingerprint_id: str) -> Iterator[Product]:
        """The products that show this picture, by entity id ascending, read lazily.

        Ten thousand products may show one picture: read no further than needed. Products that are
        written or deleted while the iterator is open may or may not appear.
        """

    @abstractmethod
    def page(self, after: str = "", limit: int = 100) -> list[Product]:
        """Up to ``limit`` products that come after an entity id, in an order of the store's own.

        Pages that begin after the last product of the one before show every product once that is
        there all the while. An empty page is the end.
        """

    @abstractmethod
    def count(self) -> int:
        """How many products there are. May read them all: for status reports, not for checks."""


class PictureStore(ABC):
    """Pictures by fingerprint id. A picture never changes, but for ``last_seen``."""

    @abstractmethod
    def put_many(self, pictures: Sequence[Picture]) -> None:
        """Create, or refresh ``last_seen`` where it exists (never backwards). Twice is once.

        Raises:
            ValueError: a hash has not the length of its field.
        """

    @abstractmethod
    def get_many(self, fingerprint_ids: Iterable[str]) -> dict[str, Picture]:
        """The pictures that exist, by fingerprint id; unknown ids are left out."""

    @abstractmethod
    def count(self, version: str | None = None) -> int:
        """How many pictures there are: of one algorithm version, or of all. May read them all."""

    @abstractmethod
    def sweep(self, last_seen_before: int) -> int:
        """Remove pictures that no product shows; how many were removed.

        Only those last seen before this time (seconds since the epoch) go, with their vectors.
        One that is being registered, in a transaction of its own, is there when that has ended.
        In memory and embedded, whether a product shows a picture is looked at in the transaction
        that removes it. On AWS, a picture goes only if no product showed it and it was not seen
        again since; it goes at once, so a sweep cannot be part of a transaction there.
        """


class VectorIndex(ABC):
    """Nearest pictures by Hamming distance on their binary hashes, for one algorithm version.

    A hash algorithm (``phash``, ``deep``) is stored in one or two fields (``phash`` and
    ``phash_trimmed``, ``deep`` and ``deep_centre``); see ``lookalike.fingerprint.layout``.
    The distance between a query and a picture on an algorithm is the smallest over its fields
    and over the query's rows.
    """

    @abstractmethod
    def add(self, entries: Sequence[VectorEntry]) -> None:
        """Make searchable. Twice is once. Entries of another version are kept out of answers.

        Raises:
            ValueError: a hash has not the length of its field.
        """

    @abstractmethod
    def remove(self, fingerprint_ids: Iterable[str]) -> None:
        """Remove from answers; unknown ids are ignored."""

    @abstractmethod
    def nearest(self, queries: Mapping[str, HashRows], limit: int) -> dict[str, list[Neighbour]]:
        """For each algorithm named in ``queries``, the up to ``limit`` nearest pictures.

        Args:
            queries: algorithm name to query rows, shape (forms, bits / 8), uint8.
            limit: 1 to 10,000.

        Returns:
            By algorithm, neighbours by distance ascending; equal distances by fingerprint id. A
            picture appears once per algorithm. Where more pictures than ``limit`` tie, which of
            them are returned is not specified.

        Raises:
            ValueError: an unknown algorithm, rows of another width, or ``limit`` out of range.
        """

    @abstractmethod
    def count(self) -> int:
        """How many pictures of this version are searchable."""


class ImportStore(ABC):
    """Import runs and their failed rows."""

    @abstractmethod
    def put(self, run: ImportRun) -> None:
        """Create or replace; its failed rows stay."""

    @abstractmethod
    def get(self, import_id: str) -> ImportRun:
        """The run.

        Raises:
            UnknownImportError: there is none of that id.
        """

    @abstractmethod
    def running(self) -> list[ImportRun]:
        """The runs in state ``running``, oldest first: what a restart goes on with or stops."""

    @abstractmethod
    def add_failures(self, import_id: str, rows: Sequence[FailedRow]) -> None:
        """Append failed rows. A row that is there already is replaced: twice is once.

        Raises:
            UnknownImportError: there is no run of that id.
        """

    @abstractmethod
    def failures(self, import_id: str, *, after: int = -1, limit: int = 100) -> list[FailedRow]:
        """The first ``limit`` failed rows whose number is greater than ``after``, ascending.

        Raises:
            UnknownImportError: there is no run of that id.
        """


class Storage(ABC):
    """One kind of storage: its stores, and a transaction over them.

    Safe to use from several threads; a transaction belongs to the thread that began it.
    """

    products: ProductStore
    pictures: PictureStore
    vectors: VectorIndex
    imports: ImportStore

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Write several things as one: after a crash or an exception all are there, or none.

        Reads of the same thread see its own writes at once; vectors become searchable when the
        transaction has ended, at the latest (on AWS: moments later). Transactions nest: an inner
        one that fails undoes its own writes only. Keep it short: other writers wait meanwhile, or
        (on AWS) it is small: what it writes is kept until its end, and limited.

        Raises:
            TransactionTooLargeError: it writes more than the storage can write as one.
        """

    @abstractmethod
    def drift(self) -> Drift:
        """Whether the index is in step, picture by picture: equal numbers alone say little.

        As it is now, or (on AWS) as it was when the two were last compared.
        """

    @abstractmethod
    def close(self) -> None:
        """Release files and connections. Calling it twice is allowed."""
