"""Embeds the pictures of a data folder that lack an embedding."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path


def embed_missing(data: Path) -> None:
    """Embed them with all configured models, and print how many each has."""
    from lookalike.fingerprint.network import Network
    from lookalike.local.data_folder import open_storage
    from lookalike.search.embedding import MissingEmbeddings
    from lookalike.search.models.registry import read_models
    from lookalike.terminal import console, progress_bar

    with closing(open_storage(data)) as storage:
        models = read_models(data)
        missing = MissingEmbeddings(storage, models, Network.load())
        with progress_bar(None, "Embedding") as advance:
            missing.compute(advance)
        counts, pictures = storage.embeddings.counts(), storage.pictures.count()
        for model in models.by_name.values():
            version = model.space.version
            console.print(f"{version}: {counts.get(version, 0):,} of {pictures:,} pictures.")
