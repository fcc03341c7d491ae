"""Embeds stored pictures that a model has not embedded yet, and lets the default name follow.

The pixels are those of the stored thumbnail, 288 a side: more than a network of 224 takes, and
there even if the picture's address is long gone. What that costs is in ``docs/search.md``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lookalike.errors import PermanentError, TransientError
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.stored_query import stored_picture
from lookalike.pictures import Picture
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.registry import Models
from lookalike.search.ranked_pictures import DEFAULT_ALIAS, fullest
from lookalike.storage.embeddings import StorageWithEmbeddings, pack

PAGE = 256
"""Pictures that are looked at together."""
BATCH = 16
"""Embeddings of one transaction."""

NAMED = 10
"""Refused pictures that the log names."""

log = logging.getLogger("lookalike.search")


class ModelsStoppedError(TransientError):
    """Some models did not embed all pictures.

    Args:
        by_model: why, by the name of the model.
    """

    code = "models_stopped"
    title = "Not all pictures are embedded"

    def __init__(self, by_model: Mapping[str, TransientError]) -> None:
        self.by_model = by_model
        super().__init__(" ".join(error.detail for error in by_model.values()))


@dataclass(frozen=True, slots=True)
class _Done:
    """How many pictures of a batch were embedded, and how many refused."""

    added: int
    refused: int


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
        if store.alias(DEFAULT_ALIAS) is None and (
            version := fullest(store, self._models.versions)
        ):
            store.set_alias(DEFAULT_ALIAS, version)

    def compute(
        self,
        advance: Callable[[int, int], None] = lambda _done, _failed: None,
        should_stop: Callable[[], bool] = lambda: False,
        *,
        spare_paused: bool = False,
    ) -> bool:
        """Embed all that is missing; then the default name stands for the configured model.

        A picture that a model refuses is recorded, and not asked for again. A model that does not
        answer keeps no other one from embedding, and the default name from standing for it.

        Args:
            advance: called with how many pictures were embedded, and how many were refused in all.
            should_stop: asked between batches.
            spare_paused: whether models are passed over that did not answer lately.

        Returns:
            Whether the end was reached, with all models.

        Raises:
            ModelsStoppedError: models did not embed all; trying later may help. What was embedded
                stays.
        """
        self.keep_serving()
        stopped: dict[str, TransientError] = {}
        pauses = self._models.pauses
        without = pauses.paused() if spare_paused else set()
        for name in [name for name in self._models.by_name if name not in without]:
            try:
                if not self._compute(self._models.by_name[name], advance, should_stop):
                    return False
            except TransientError as error:
                stopped[name] = error
                pauses.failed(name, error)
        if self._models.default not in {*stopped, *without}:
            self.move_default()
        if stopped:
            raise ModelsStoppedError(stopped)
        return not without

    def move_default(self) -> None:
        """Let the default name stand for the configured model, whatever it has not embedded."""
        if not self._models.by_name:
            return
        version = self._models.named(None).space.version
        store = self._storage.embeddings
        if store.alias(DEFAULT_ALIAS) != version:
            store.set_alias(DEFAULT_ALIAS, version)
            log.info("Searches by looks use %s from now on.", version)
            if refused := store.refusals(version):
                named = "; ".join(f"{key}: {why}" for key, why in islice(refused.items(), NAMED))
                log.warning("They do not find %s that it refuses: %s", len(refused), named)

    def _compute(
        self,
        model: EmbeddingModel,
        advance: Callable[[int, int], None],
        should_stop: Callable[[], bool],
    ) -> bool:
        version, refused, is_last = model.space.version, 0, False
        while not is_last:
            store = self._storage.embeddings
            page = store.unembedded(version, self._after.get(version, 0), PAGE)
            for start in range(0, len(page.fingerprint_ids), BATCH):
                if should_stop():
                    return False
                batch = page.fingerprint_ids[start : start + BATCH]
                done = self._embed(model, batch)
                self._models.pauses.answered(model.name)
                refused += done.refused
                advance(done.added, refused)
            self._after[version] = page.after
            is_last = page.is_last
        return True

    def _embed(self, model: EmbeddingModel, fingerprint_ids: Sequence[str]) -> _Done:
        """Embed pictures, and store what was paid for even if the model stops among them."""
        packed: dict[str, bytes] = {}
        refused: dict[str, str] = {}
        pictures = self._storage.pictures.get_many(fingerprint_ids)
        try:
            for fingerprint_id, picture in pictures.items():
                try:
                    packed[fingerprint_id] = pack(model.embed(self._analysis(picture)))
                except PermanentError as error:
                    refused[fingerprint_id] = error.detail
                    log.warning("Picture %s is not embedded: %s", fingerprint_id, error.detail)
        finally:
            added = self._stored(model.space.version, packed, refused)
        return _Done(added, len(refused))

    def _stored(self, version: str, packed: Mapping[str, bytes], refused: Mapping[str, str]) -> int:
        with self._storage.transaction():
            self._storage.embeddings.refuse(version, refused)
            return self._storage.embeddings.add(version, packed)

    def _analysis(self, picture: Picture) -> Analysis:
        return Analysis(stored_picture(picture.fingerprint), self._network)
