"""Reconciling the indices of products by looks with the stored products, page by page.

As in ``reconciler``, differences are repaired by what reads the tables again. The digests of
the indices tell which entries differ, so that the pictures of the others are not read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence

from lookalike.storage.looks_index import LooksIndex
from lookalike.storage.paging import PagedProducts
from lookalike.sync.product_sync import ProductSync
from lookalike.sync.reconciliation_state import ReconciliationState, Step

PAGE_SIZE = 500
"""Products of a page of the table."""
INDEX_PAGE_SIZE = 100
"""Ids of the index per page: what the table reads in one call."""
STREAM_SECONDS = 5.0
"""What differs is looked at once more after this time, since changes take moments to arrive."""
FEW = 20
"""More products of a page than these do not differ because their changes are on their way."""


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

    def check_stored(self, state: ReconciliationState) -> ReconciliationState:
        """Count a page of products, and write those that an index has not as they are.

        Raises:
            TransientError: a table or the index does not answer.
        """
        stored, after = self._products.stored_page(state.cursor, PAGE_SIZE)
        products = [product for product in stored if product is not None]
        differing = self._settled(self._sync.differing(products), self._still_differing)
        counted = self._repair(state, differing).model_copy(
            update={
                "products": state.products + len(stored),
                "looks_found": state.looks_found + len(products) - len(differing),
                "looks_behind": state.looks_behind + len(differing),
            }
        )
        if after is not None:
            return counted.at(Step.PRODUCTS, after)
        found = counted.looks_found
        has_no_others = all(index.count() <= found for index in self._indices)
        return counted.at(Step.FINISHED if has_no_others else Step.LOOKS)

    def check_searchable(self, state: ReconciliationState) -> ReconciliationState:
        """Remove those of a page of the indices whose product is not stored.

        Raises:
            TransientError: a table or the index does not answer.
        """
        ids = self._ids(after=state.cursor or "")
        ahead = self._settled(self._ahead(ids), self._ahead)
        counted = {"looks_ahead": state.looks_ahead + len(ahead)}
        repaired = self._repair(state, ahead).model_copy(update=counted)
        if len(ids) == INDEX_PAGE_SIZE:
            return repaired.at(Step.LOOKS, ids[-1])
        return repaired.at(Step.FINISHED)

    def _ids(self, after: str) -> list[str]:
        """The first ids behind one that any index has, as many as a page has."""
        pages = [index.ids(after=after, limit=INDEX_PAGE_SIZE) for index in self._indices]
        return sorted({key for page in pages for key in page})[:INDEX_PAGE_SIZE]

    def _settled(self, differing: set[str], again: Callable[[list[str]], set[str]]) -> set[str]:
        """Those that differ although their changes had time to arrive."""
        if not 0 < len(differing) <= FEW:
            return differing
        self._wait(STREAM_SECONDS)
        return again(sorted(differing))

    def _still_differing(self, entity_ids: list[str]) -> set[str]:
        """Those of these products that an index has not as they are now."""
        return self._sync.differing(list(self._products.get_many(entity_ids).values()))

    def _ahead(self, entity_ids: list[str]) -> set[str]:
        """Those of these that an index has, although no such product is stored.

        Searches show a removed product for another second; that does not count.
        """
        missing = self._sync.missing(entity_ids)
        return {key for index in self._indices for key in index.digests(missing)}

    def _repair(
        self, state: ReconciliationState, differing: Collection[str]
    ) -> ReconciliationState:
        unrepaired = state.unrepaired + len(self._sync.apply(differing))
        return state.model_copy(update={"unrepaired": unrepaired})
