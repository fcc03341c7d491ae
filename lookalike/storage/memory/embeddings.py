"""Embeddings in dictionaries, searched with numpy alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice

import numpy as np
from typing_extensions import override

from lookalike.storage.embeddings import (
    EmbeddingSpace,
    EmbeddingStore,
    Likeness,
    Unembedded,
    Vector,
    require_query,
    unpack,
)
from lookalike.storage.listing import EVERY_PRODUCT, ProductFilter
from lookalike.storage.memory.journal import Journal
from lookalike.storage.refusals import require_unicode

Positions = Callable[[], Mapping[str, int]]
"""Reads the places of the stored pictures, from 0, in the order of their registration."""
PicturesOf = Callable[[ProductFilter], set[str]]
"""Reads the fingerprint ids of all pictures that a wanted product shows."""


class MemoryEmbeddings(EmbeddingStore):
    """Embeddings in dictionaries."""

    def __init__(self, journal: Journal, positions: Positions, pictures_of: PicturesOf) -> None:
        self._journal = journal
        self._positions = positions
        self._pictures_of = pictures_of
        self._packed: dict[str, dict[str, bytes]] = {}
        self._refused: dict[str, dict[str, str]] = {}
        self._aliases: dict[str, str] = {}

    @override
    def add(self, version: str, packed: Mapping[str, bytes]) -> int:
        with self._journal.transaction():
            kept, stored = self._packed.setdefault(version, {}), self._positions()
            new = [key for key in packed if key in stored and key not in kept]
            for key in new:
                self._set(version, key, packed[key])
            return len(new)

    @override
    def get(self, space: EmbeddingSpace, fingerprint_id: str) -> Vector | None:
        with self._journal.transaction():
            packed = self._packed.get(space.version, {}).get(fingerprint_id)
        return None if packed is None else unpack([packed], space.dimension)[0]

    @override
    def nearest(
        self,
        space: EmbeddingSpace,
        query: Vector,
        limit: int,
        wanted: ProductFilter = EVERY_PRODUCT,
    ) -> list[Likeness]:
        require_query(space, query, limit)
        with self._journal.transaction():
            packed = dict(self._packed.get(space.version, {}))
            if wanted != EVERY_PRODUCT:
                shown = self._pictures_of(wanted)
                packed = {key: value for key, value in packed.items() if key in shown}
        cosines = unpack(list(packed.values()), space.dimension) @ query
        best = np.argsort(-cosines, kind="stable")[:limit]
        ids = list(packed)
        found = [Likeness(ids[row], float(cosines[row])) for row in best.tolist()]
        return sorted(found, key=lambda each: (-each.cosine, each.fingerprint_id))

    @override
    def counts(self) -> dict[str, int]:
        with self._journal.transaction():
            return {version: len(packed) for version, packed in self._packed.items() if packed}

    @override
    def unembedded(self, version: str, after: int, limit: int) -> Unembedded:
        with self._journal.transaction():
            looked_at = list(islice(self._from(after), limit))
            done = self._packed.get(version, {}).keys() | self._refused.get(version, {}).keys()
        missing = [fingerprint_id for fingerprint_id, _ in looked_at if fingerprint_id not in done]
        last = looked_at[-1][1] + 1 if looked_at else after
        return Unembedded(missing, last, len(looked_at) < limit)

    def _from(self, position: int) -> Iterator[tuple[str, int]]:
        return (item for item in self._positions().items() if item[1] >= position)

    @override
    def sizes(self) -> dict[str, int]:
        with self._journal.transaction():
            return {
                version: sum(map(len, packed.values()))
                for version, packed in self._packed.items()
                if packed
            }

    @override
    def refuse(self, version: str, reasons: Mapping[str, str]) -> None:
        with self._journal.transaction():
            for fingerprint_id in reasons.keys() & self._positions().keys():
                self._set_refusal(version, fingerprint_id, reasons[fingerprint_id])

    @override
    def refusals(self, version: str) -> dict[str, str]:
        with self._journal.transaction():
            reasons = self._refused.get(version, {})
            return {key: reasons[key] for key in self._positions() if key in reasons}

    @override
    def forget_refusals(self, version: str) -> None:
        with self._journal.transaction():
            for fingerprint_id in list(self._refused.get(version, {})):
                self._set_refusal(version, fingerprint_id, None)

    @override
    def drop(self, version: str) -> None:
        with self._journal.transaction():
            for fingerprint_id in list(self._packed.get(version, {})):
                self._set(version, fingerprint_id, None)
            self.forget_refusals(version)

    @override
    def alias(self, name: str) -> str | None:
        with self._journal.transaction():
            return self._aliases.get(name)

    @override
    def set_alias(self, name: str, version: str | None) -> None:
        require_unicode([name, version])
        with self._journal.transaction():
            old = self._aliases.pop(name, None)
            if version is not None:
                self._aliases[name] = version
            self._journal.record(partial(self.set_alias, name, old))

    def forget(self, fingerprint_ids: Iterable[str]) -> None:
        """Remove the embeddings and refusals of pictures that are removed."""
        gone = set(fingerprint_ids)
        for version, packed in self._packed.items():
            for fingerprint_id in packed.keys() & gone:
                self._set(version, fingerprint_id, None)
        for version, reasons in self._refused.items():
            for fingerprint_id in reasons.keys() & gone:
                self._set_refusal(version, fingerprint_id, None)

    def _set(self, version: str, fingerprint_id: str, packed: bytes | None) -> None:
        kept = self._packed.setdefault(version, {})
        old = kept.pop(fingerprint_id, None)
        if packed is not None:
            kept[fingerprint_id] = packed
        self._journal.record(partial(self._set, version, fingerprint_id, old))

    def _set_refusal(self, version: str, fingerprint_id: str, reason: str | None) -> None:
        reasons = self._refused.setdefault(version, {})
        old = reasons.pop(fingerprint_id, None)
        if reason is not None:
            reasons[fingerprint_id] = reason
        self._journal.record(partial(self._set_refusal, version, fingerprint_id, old))
