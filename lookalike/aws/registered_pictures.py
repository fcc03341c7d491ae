"""What computes what a deployment stores of a picture."""

from __future__ import annotations

from lookalike.aws.settings import FunctionSettings
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.search.models.registry import build_models
from lookalike.search.models.settings import SearchSettings
from lookalike.storage.index_kind import IndexKind


def build_fingerprinter(settings: FunctionSettings) -> PictureFingerprinter:
    """Computes fingerprints; with embeddings, where an index by looks follows the tables."""
    if IndexKind.OPENSEARCH not in settings.indices:
        return PictureFingerprinter(Network.load())
    models = build_models(SearchSettings())
    return PictureFingerprinter(Network.load(), embed=models.registered)
