"""Reconciling the indices of products by looks with the stored products, page by page.

As in ``reconciler``, differences are repaired by what reads the tables again. The digests of
the indices tell which entries differ, so that the pictures of the others are not read. They also
tell which entries lack embeddings; these are read again after stored pictures were embedded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from lookalike.storage.looks_index import LooksIndex
from lookalike.storage.paging import PagedProducts
from lookalike.sync.product_sync import ProductSync
from lookalike.sync.reconciliation_state import PartState, ReconciliationState

PAGE_SIZE = 500
"""Products of a page of the table."""
INDEX_PAGE_SIZE = 100
"""Ids of the index per page: what the table reads in one call."""
STREAM_SECONDS = 5.0
"""What differs is looked at once more after this time, since changes take moments to arrive."""
FEW = 20
"""More products of a page than these do not differ because their changes are on their way."""
SPREAD_A_PART = 16
"""Products that are looked at for each part of an index, to find out where the parts may end."""


class LooksReconciler:
    """The steps of a reconciliation that are about products.

    Args:
        products: the stored products, which are the truth.
        indices: those of products by looks, one for each model.
        sync: repairs products that differ.
        wait: for as many seconds.
    """

    def __init__(
        self,
        products: PagedProducts,
        indices: Sequence[LooksIndex],
        sync: ProductSync,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._products = products
        self._indices = indices
        self._sync = sync
        self._wait = wait

    def check_stored(self, state: ReconciliationState, part: PartState) -> PartState:
        """Count a page of products, and write those that an index has not as they are.

        Raises:
            TransientError: a table or the index does not answer.
        """
        segment = state.segment(part)
        stored, after = self._products.stored_page(part.cursor, PAGE_SIZE, segment)
        products = [product for product in stored if product is not None]
        compared = self._sync.compared(products)
        differing = self._settled(compared.differing, self._still_differing)
        unembedded = compared.unembedded - differing if state.are_embedded_since else set()
        failed = self._sync.apply(differing) | self._sync.complete(unembedded)
        return part.plus(
            products=len(stored),
            looks_found=len(products) - len(differing),
            looks_behind=len(differing),
            unrepaired=len(failed),
        ).at(after)

    def has_no_others(self, state: ReconciliationState) -> bool:
        """Return whether no index has more products than were found in all of them.

        Raises:
            StorageUnavailableError: an index does not answer.
        """
        return all(index.count() <= state.looks_found for index in self._indices)

    def bounds(self, parts: int) -> tuple[str, ...]:
        """The last product of each part of the indices, but of the last part.

        Raises:
            StorageUnavailableError: the table does not answer.
        """
        spread = self._products.spread_ids(SPREAD_A_PART * parts) if parts > 1 else []
        return tuple(spread[len(spread) * each // parts] for each in range(1, parts) if spread)

    def check_searchable(self, state: ReconciliationState, part: PartState) -> PartState:
        """Remove those of a page of the indices whose product is not stored.

        Raises:
            TransientError: a table or the index does not answer.
        """
        begins, ends = ["", *state.bounds], [*state.bounds, ""]
        if part.number >= len(begins):
            return part.at(None)
        ids = self._ids(part.cursor or begins[part.number], ends[part.number])
        ahead = self._settled(self._ahead(ids), self._ahead)
        counted = part.plus(looks_ahead=len(ahead), unrepaired=len(self._sync.apply(ahead)))
        return counted.at(ids[-1] if len(ids) == INDEX_PAGE_SIZE else None)

    def _ids(self, after: str, until: str) -> list[str]:
        """The first ids behind one that any index has, as many as a page has."""
        pages = [index.ids(after, INDEX_PAGE_SIZE, until) for index in self._indices]
        return sorted({key for page in pages for key in page})[:INDEX_PAGE_SIZE]

    def _settled(self, differing: set[str], again: Callable[[list[str]], set[str]]) -> set[str]:
        """Those that differ although their changes had time to arrive."""
        if not 0 < len(differing) <= FEW:
            return differing
        self._wait(STREAM_SECONDS)
        return again(sorted(differing))

    def _still_differing(self, entity_ids: list[str]) -> set[str]:
        """Those of these products that an index has not as they are now."""
        stored = list(self._products.get_many(entity_ids).values())
        return self._sync.compared(stored).differing

    def _ahead(self, entity_ids: list[str]) -> set[str]:
        """Those of these that an index has, although no such product is stored.

        Searches show a removed product for another second; that does not count.
        """
        missing = self._sync.missing(entity_ids)
        return {key for index in self._indices for key in index.digests(missing)}
