"""An index of products by looks of a few lines: the smallest one that there can be."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from typing_extensions import override

from lookalike.errors import BadParameterError
from lookalike.storage.embeddings import EmbeddingSpace, Vector, require_query, unpack
from lookalike.storage.listing import EVERY_PRODUCT, ProductFilter
from lookalike.storage.looks_index import LikeProduct, LooksChange, LooksEntry, LooksIndex
from lookalike.storage.refusals import require_unicode
from lookalike.storage.synced_index import APPLIED, ChangeOutcome, ChangeState


class ToyLooks(LooksIndex):
    """Entries in a dictionary, compared with every query one by one."""

    def __init__(self, space: EmbeddingSpace) -> None:
        self.space = space
        self.entries: dict[str, LooksEntry] = {}
        self.outcomes: dict[str, ChangeOutcome] = {}
        """What a test wants to become of changes, by entity id."""

    @override
    def nearest(
        self, query: Vector, limit: int, wanted: ProductFilter = EVERY_PRODUCT
    ) -> list[LikeProduct]:
        require_query(self.space, query, limit)
        if limit > 10_000:
            raise ValueError("limit must be 10,000 or less")
        found = (
            LikeProduct(entry.entity_id, name, float(unpack([packed], len(query))[0] @ query))
            for entry in self.entries.values()
            if wanted.attributes <= entry.attributes.items()
            for name, packed in entry.embeddings.items()
            if unpack([packed], len(query)).any()
        )
        return sorted(found, key=lambda e: (-e.cosine, e.fingerprint_id, e.entity_id))[:limit]

    @override
    def bulk(self, changes: Sequence[LooksChange]) -> list[ChangeOutcome]:
        last = {change.entity_id: change for change in changes}
        outcomes = {key: self._apply(change) for key, change in last.items()}
        return [outcomes[change.entity_id] for change in changes]

    @override
    def digests(self, entity_ids: Collection[str]) -> dict[str, str]:
        return {key: self.entries[key].digest for key in entity_ids if key in self.entries}

    @override
    def ids(self, after: str = "", limit: int = 10_000, until: str = "") -> list[str]:
        asked = (key for key in self.entries if key > after and (not until or key <= until))
        return sorted(asked)[:limit]

    @override
    def count(self) -> int:
        return len(self.entries)

    def _apply(self, change: LooksChange) -> ChangeOutcome:
        if change.entity_id in self.outcomes:
            return self.outcomes[change.entity_id]
        try:
            require_unicode([change.entity_id])
            if isinstance(change, LooksEntry):
                unpack(list(change.embeddings.values()), self.space.dimension)
                self.entries[change.entity_id] = change
            else:
                self.entries.pop(change.entity_id, None)
        except (BadParameterError, ValueError) as error:
            return ChangeOutcome(ChangeState.REJECTED, str(error))
        return APPLIED
