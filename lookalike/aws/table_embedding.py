"""Embedding the pictures of a table that lack it, in parallel segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from lookalike.errors import PermanentError
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.stored_query import stored_picture
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import Fingerprint
from lookalike.search.models.errors import ModelAwayError
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.registry import Models
from lookalike.storage.dynamodb.embeddings_update import Embedded
from lookalike.storage.dynamodb.picture_embeddings import PictureEmbeddings, UnembeddedPicture
from lookalike.storage.embeddings import pack
from lookalike.storage.retries import RetryPolicy
from lookalike.storage.scan_progress import Cursor, ScanProgress, segment_pages

PATIENCE = RetryPolicy(deadline=300, first_pause=1, longest_pause=30)
"""For a service that has too much to do: nobody waits for the answer."""

Refused = Mapping[str, str]
"""Why models never embed pictures, by fingerprint id."""
OnPage = Callable[[ScanProgress, Refused], None]
"""Called after each page with the progress from which a later run goes on, and with what is refused
of that page, now or since earlier."""


@dataclass(frozen=True, slots=True)
class TableEmbedding:
    """Embeds stored pictures from their thumbnails, by all models that they lack.

    Attributes:
        pictures: the table.
        models: of the configuration; one or more.
        network: of the fingerprint.
        again: whether models are asked again for pictures that they have refused.
        patience: how long a model that does not answer is asked again.
    """

    pictures: PictureEmbeddings
    models: Models
    network: Network
    again: bool = False
    patience: RetryPolicy = PATIENCE

    def run(self, progress: ScanProgress, workers: int, on_page: OnPage) -> None:
        """Read what is left of the table, and embed what lacks it.

        A picture is written as soon as it is embedded: what was paid for is kept, however it ends.

        Args:
            progress: how far the table was read before; its records are pictures that were
                embedded.
            workers: threads, each of which reads a page and embeds its pictures.
            on_page: called after each page.

        Raises:
            TransientError: the table or a model does not answer.
        """
        models = {model.space.version: model for model in self.models.by_name.values()}

        def embed(segment: int, cursor: Cursor) -> tuple[tuple[int, Refused], Cursor]:
            refused: dict[str, str] = {}
            found, after = self.pictures.unembedded(
                ALGORITHM_VERSION, list(models), segment, progress.segments, cursor
            )
            added = sum(self._settled(picture, models, refused) for picture in found)
            return (added, refused), after

        now = progress
        for segment, after, (added, refused) in segment_pages(progress, embed, workers):
            now = now.at(now.records + added, segment, after)
            now = replace(now, refused=now.refused + len(refused))
            on_page(now, refused)

    def _settled(
        self,
        picture: UnembeddedPicture,
        models: Mapping[str, EmbeddingModel],
        refused: dict[str, str],
    ) -> bool:
        """Embed a picture, or note why not; whether it has got an embedding."""
        if picture.fingerprint is None:
            refused[picture.fingerprint_id] = "Its item in the table is damaged."
            return False
        known = {} if self.again else picture.refused
        wanted = [models[version] for version in picture.missing if version not in known]
        packed: dict[str, bytes] = {}
        reasons: dict[str, str] = {}
        try:
            self._embed(picture.fingerprint, wanted, packed, reasons)
        finally:
            is_new = bool(packed or reasons)
            is_kept = is_new and self.pictures.write(picture, Embedded(packed, reasons))
        if why := {**known, **reasons}:
            refused[picture.fingerprint_id] = " ".join(dict.fromkeys(why.values()))
        return is_kept and bool(packed)

    def _embed(
        self,
        fingerprint: Fingerprint,
        models: list[EmbeddingModel],
        packed: dict[str, bytes],
        refused: dict[str, str],
    ) -> None:
        """Collect the embeddings of a picture, and why models refuse it."""
        for model in models:
            try:
                analysis = Analysis(stored_picture(fingerprint), self.network)
                embed = partial(model.embed, analysis)
                packed[model.space.version] = pack(self.patience.repeated(embed, ModelAwayError))
            except PermanentError as error:
                refused[model.space.version] = error.detail
