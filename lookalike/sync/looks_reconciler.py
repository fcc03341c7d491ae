"""Reconciling the index of products by looks with the stored products, page by page.

As in ``reconciler``, differences are repaired by what reads the tables again. The digests of the
index tell which entries differ, so that the pictures of the others are not read.
"""

from __future__ import annotations

from collections.abc import Collection

from lookalike.storage.looks_index import LooksIndex
from lookalike.storage.paging import PagedProducts
from lookalike.sync.product_sync import ProductSync
from lookalike.sync.reconciliation_state import ReconciliationState, Step

PAGE_SIZE = 500
"""Products of a page of the table."""
INDEX_PAGE_SIZE = 100
"""Ids of the index per page: what the table reads in one call."""


class LooksReconciler:
    """The steps of a reconciliation that are about products.

    Args:
        products: the stored products, which are the truth.
        index: the index of products by looks.
        sync: repairs products that differ.
    """

    def __init__(self, products: PagedProducts, index: LooksIndex, sync: ProductSync) -> None:
        self._products = products
        self._index = index
        self._sync = sync

    def check_stored(self, state: ReconciliationState) -> ReconciliationState:
        """Count a page of products, and write those that the index has not as they are.

        Raises:
            TransientError: a table or the index does not answer.
        """
        stored, after = self._products.stored_page(state.cursor, PAGE_SIZE)
        products = [product for product in stored if product is not None]
        differing = self._sync.differing(products)
        counted = self._repair(state, differing).model_copy(
            update={
                "products": state.products + len(stored),
                "looks_found": state.looks_found + len(products) - len(differing),
                "looks_behind": state.looks_behind + len(differing),
            }
        )
        if after is not None:
            return counted.at(Step.PRODUCTS, after)
        has_no_others = self._index.count() <= counted.looks_found
        return counted.at(Step.FINISHED if has_no_others else Step.LOOKS)

    def check_searchable(self, state: ReconciliationState) -> ReconciliationState:
        """Remove those of a page of the index whose product is not stored.

        Raises:
            TransientError: a table or the index does not answer.
        """
        ids = self._index.ids(after=state.cursor or "", limit=INDEX_PAGE_SIZE)
        # Searches show a removed product for another second; that does not count as ahead.
        ahead = self._index.digests(self._sync.missing(ids)).keys()
        counted = {"looks_ahead": state.looks_ahead + len(ahead)}
        repaired = self._repair(state, ahead).model_copy(update=counted)
        if len(ids) == INDEX_PAGE_SIZE:
            return repaired.at(Step.LOOKS, ids[-1])
        return repaired.at(Step.FINISHED)

    def _repair(
        self, state: ReconciliationState, differing: Collection[str]
    ) -> ReconciliationState:
        unrepaired = state.unrepaired + len(self._sync.apply(differing))
        return state.model_copy(update={"unrepaired": unrepaired})
