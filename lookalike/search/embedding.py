"""Embeds stored pictures that a model has not embedded yet, and lets the default name follow.

The pixels are those of the stored thumbnail, 192 a side: nearly what a network of 224 takes, and
there even if the picture's address is long gone. What that costs is in ``docs/search.md``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from lookalike.errors import LookalikeError, TransientError
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.stored_query import stored_picture
from lookalike.pictures import Picture
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.registry import Models
from lookalike.search.ranked_pictures import DEFAULT_ALIAS
from lookalike.storage.embeddings import StorageWithEmbeddings, pack

PAGE = 256
"""Pictures that are looked at together."""
BATCH = 16
"""Embeddings of one transaction."""

log = logging.getLogger("lookalike.search")


class MissingEmbeddings:
    """Computes the embeddings that stored pictures lack. One thread uses it.

    It remembers how far it came, so that later calls look at newer pictures alone.

    Args:
        storage: the catalogue.
        models: of the configuration.
        network: of the fingerprint.
    """

    def __init__(self, storage: StorageWithEmbeddings, models: Models, network: Network) -> None:
        self._storage = storage
        self._models = models
        self._network = network
        self._after: dict[str, int] = {}

    def keep_serving(self) -> None:
        """Let the default name stand for the model that has most pictures, where it has none yet.

        So searches do not use a model that has embedded nothing so far, while another one has.
        """
        store = self._storage.embeddings
        if store.alias(DEFAULT_ALIAS) is None:
            counts = store.counts()
            known = [version for version in counts if self._models.of_version(version)]
            if known:
                store.set_alias(DEFAULT_ALIAS, max(known, key=counts.__getitem__))

    def compute(
        self,
        advance: Callable[[int, int], None] = lambda _done, _failed: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Embed all that is missing; then the default name stands for the configured model.

        Args:
            advance: called with how many pictures were embedded, and how many failed in all.
            should_stop: asked between batches.

        Returns:
            Whether the end was reached.

        Raises:
            TransientError: trying later may help; what was embedded stays.
        """
        self.keep_serving()
        for model in self._models.by_name.values():
            if not self._compute(model, advance, should_stop):
                return False
        self._move_default()
        return True

    def _compute(
        self,
        model: EmbeddingModel,
        advance: Callable[[int, int], None],
        should_stop: Callable[[], bool],
    ) -> bool:
        version, failed, is_last = model.space.version, 0, False
        while not is_last:
            store = self._storage.embeddings
            page = store.unembedded(version, self._after.get(version, 0), PAGE)
            for start in range(0, len(page.fingerprint_ids), BATCH):
                if should_stop():
                    return False
                batch = page.fingerprint_ids[start : start + BATCH]
                packed = self._embedded(model, batch)
                failed += len(batch) - len(packed)
                advance(store.add(version, packed), failed)
            self._after[version] = page.after
            is_last = page.is_last
        return True

    def _embedded(self, model: EmbeddingModel, fingerprint_ids: Sequence[str]) -> dict[str, bytes]:
        pictures = self._storage.pictures.get_many(fingerprint_ids)
        packed = {}
        for fingerprint_id, picture in pictures.items():
            try:
                packed[fingerprint_id] = pack(model.embed(self._analysis(picture)))
            except TransientError:
                raise
            except LookalikeError as error:
                log.warning("Picture %s is not embedded: %s", fingerprint_id, error.detail)
        return packed

    def _analysis(self, picture: Picture) -> Analysis:
        return Analysis(stored_picture(picture.fingerprint), self._network)

    def _move_default(self) -> None:
        if not self._models.by_name:
            return
        version = self._models.named(None).space.version
        store = self._storage.embeddings
        if store.alias(DEFAULT_ALIAS) != version:
            store.set_alias(DEFAULT_ALIAS, version)
            log.info("Searches by looks use %s from now on.", version)
