"""The interfaces of the stores. ``tests/contract`` checks every kind of storage against them.

The vector index is derived from the pictures. A kind of storage keeps its own index in step: a
picture that is put into its ``pictures`` becomes searchable in its ``vectors``.

In memory and embedded, this happens in the same transaction, and a lost index entry comes back when
its picture is put again. Other threads and processes see a transaction as a whole.

On AWS, a stream brings changes of ``pictures`` into the index moments later, and a scheduled
reconciliation repairs what is lost. ``vectors`` takes no part in transactions. A transaction is
written as a whole, but a reader of many products or pictures may meanwhile see a part of it. Reads
by key return what was written last; ``showing``, ``sweep`` and the counts of pictures read
secondary indexes that follow moments later.

Texts may contain any Unicode, NUL included. Every method refuses a lone surrogate, which UTF-8
cannot encode, with ``BadParameterError``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import Picture, VectorEntry
from lookalike.products import Product
from lookalike.storage.decisions import DecisionStore
from lookalike.storage.events import EventStore, NoEvents
from lookalike.storage.flags import FlagStore, NoFlags
from lookalike.storage.import_runs import ImportStore
from lookalike.storage.listing import DEFAULT_LIMIT, EVERY_PRODUCT, ProductFilter, ProductPage


class PutOutcome(StrEnum):
    """The change that a put made."""

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
    """How the vector index differs from the stored pictures at one moment.

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
        entity twice, the later one wins, and its outcome is relative to the earlier one. On AWS,
        the outcome is relative to what was read before, even if others write meanwhile.
        """

    @abstractmethod
    def get_many(self, entity_ids: Iterable[str]) -> dict[str, Product]:
        """The products with these entity ids, by entity id; unknown ids are left out."""

    def why_absent(self, entity_id: str) -> str | None:  # noqa: ARG002 - for subclasses
        """Why an entry that is there is no product, as a sentence; ``None``: there is none."""
        return None

    @abstractmethod
    def delete(self, entity_id: str) -> bool:
        """Remove a product; whether it existed."""

    @abstractmethod
    def showing(self, fingerprint_id: str) -> Iterator[Product]:
        """The products that show this picture, by entity id ascending, read lazily.

        Ten thousand products may show one picture: read only as many as needed. Products that are
        written or deleted while the iterator is open may or may not appear.
        """

    def showing_each(self, fingerprint_ids: Sequence[str], limit: int) -> dict[str, list[Product]]:
        """The first ``limit`` products that show each of some pictures, as ``showing`` has them.

        Pictures that no product shows may be left out.
        """
        return {name: list(islice(self.showing(name), limit)) for name in fingerprint_ids}

    @abstractmethod
    def page(
        self, after: str = "", limit: int = DEFAULT_LIMIT, wanted: ProductFilter = EVERY_PRODUCT
    ) -> ProductPage:
        """Up to ``limit`` products after an entity id, in an order that each store defines.

        Pages that each begin ``after`` the page before show every product once, except for products
        that are written or deleted meanwhile. The entity id need not exist (any more). Embedded and
        in memory, the order is that of the entity ids; on AWS it is the table's own, which nobody
        chooses, but which stays.

        However few products meet the conditions, a page takes limited time: it ends early where
        many products were read in vain, and the next page goes on from there.

        Args:
            after: where the page begins, as the page before says; the empty text is before all.
            limit: 1 or more.
            wanted: which products are shown.
        """

    @abstractmethod
    def count(self) -> int:
        """The number of products. May read them all: for status reports, not for checks."""


class PictureStore(ABC):
    """Pictures by fingerprint id. A picture never changes, but for ``last_seen``."""

    @abstractmethod
    def put_many(self, pictures: Sequence[Picture]) -> None:
        """Create pictures, or update ``last_seen`` of existing ones (never backwards).

        Putting a picture twice is the same as once.

        Raises:
            ValueError: a hash does not have the length of its field.
        """

    @abstractmethod
    def get_many(self, fingerprint_ids: Iterable[str]) -> dict[str, Picture]:
        """The pictures with these ids, by fingerprint id; unknown ids are left out."""

    @abstractmethod
    def count(self, version: str | None = None) -> int:
        """The number of pictures of one algorithm version, or of all. May read them all."""

    @abstractmethod
    def sweep(self, last_seen_before: int) -> int:
        """Remove pictures that no product shows; how many were removed.

        Only pictures last seen before this time (seconds since the epoch) are removed, with their
        vectors. A picture that another transaction registers meanwhile exists when that has ended.
        In memory and embedded, one transaction checks that no product shows a picture and removes
        it. On AWS, a picture is removed only if no product showed it and it was not registered
        since; it is removed at once, so a sweep cannot be part of a transaction there.
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
        """Make entries searchable. Adding an entry twice is the same as once.

        Entries of another version never appear in answers.

        Raises:
            ValueError: a hash does not have the length of its field.
        """

    @abstractmethod
    def remove(self, fingerprint_ids: Iterable[str]) -> None:
        """Remove entries from answers; unknown ids are ignored."""

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
        """The number of searchable pictures of this version."""


class Storage(ABC):
    """One kind of storage: its stores, and a transaction over them.

    Safe to use from several threads; a transaction belongs to the thread that began it.
    """

    products: ProductStore
    pictures: PictureStore
    vectors: VectorIndex
    imports: ImportStore
    decisions: DecisionStore
    events: EventStore = NoEvents()
    flags: FlagStore = NoFlags()
    """Storages in memory keep neither events nor flags."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Write several things as one: after a crash or an exception, all are stored or none.

        The same thread reads its own writes at once; vectors become searchable at the end of the
        transaction at the latest (on AWS: moments later). Transactions nest: an inner one that
        fails undoes only its own writes. Keep a transaction short, since other writers wait, and
        small, since on AWS its writes are collected until its end, and limited.

        Raises:
            TransactionTooLargeError: it writes more than the storage can write as one.
        """

    @abstractmethod
    def drift(self) -> Drift:
        """By how many pictures the index is off, picture by picture: equal counts prove little.

        This is the drift of now, or (on AWS) the drift that the last reconciliation found.
        """

    @abstractmethod
    def close(self) -> None:
        """Release files and connections. Calling it twice is allowed."""
