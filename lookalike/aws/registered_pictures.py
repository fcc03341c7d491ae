"""What computes what a deployment stores of a picture."""

from __future__ import annotations

from lookalike.aws.entry_point import is_snapshotted
from lookalike.aws.models import build_models, load_files
from lookalike.aws.settings import FunctionSettings
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.storage.index_kind import IndexKind


def build_fingerprinter(settings: FunctionSettings) -> PictureFingerprinter:
    """Computes fingerprints; with embeddings, where an index by looks follows the tables.

    Raises:
        SettingInvalidError: a model cannot be used.
        ModelAwayError: a snapshot is to have a model, and its file cannot be fetched.
    """
    if IndexKind.OPENSEARCH not in settings.indices:
        return PictureFingerprinter(Network.load())
    models = build_models(settings)
    if is_snapshotted():
        load_files(models, at_registration=True)
    return PictureFingerprinter(Network.load(), embed=models.registered)
