"""Collects all samples of some catalogues, and keeps them until something about them changes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from lookalike.errors import CatalogueError
from lookalike.evaluation.answers.code_version import code_version
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.fitting.dataset import is_about, write
from lookalike.evaluation.fitting.edited_samples import edited_samples
from lookalike.evaluation.fitting.sample import Sample
from lookalike.evaluation.fitting.shared_samples import shared_samples
from lookalike.evaluation.settings import FittingSettings

NOT_DECIDING = (
    *("same_photograph.onnx", "same_photograph.json"),
    *("recoloured.onnx", "recoloured.json", "calibration.json"),
)
"""Files that are fitted to samples, so that samples do not follow from them."""


def collected(entries: Sequence[Entry], workers: int, settings: FittingSettings) -> list[Sample]:
    """Compute the samples of some catalogues: edited queries, then pairs that share something.

    Raises:
        CatalogueError: no picture shows enough to be matched.
    """
    samples = edited_samples(entries, workers, settings.queries)
    if not samples:
        raise CatalogueError("No picture of the catalogues shows enough to fit models to.")
    first = samples[-1].query + 1
    return samples + shared_samples(entries, first, workers, settings.pairs)


def about_samples(entries: Sequence[Entry], settings: FittingSettings) -> str:
    """A digest of what decides about samples: code, libraries, catalogues and their files."""
    code = code_version(module=__name__, without=NOT_DECIDING)
    digest = hashlib.sha256(f"{code} {settings.queries} {settings.pairs}\n".encode())
    for entry in entries:
        told = (entry.entity_id, entry.domain, entry.group, entry.colour, entry.view)
        content = hashlib.sha256(entry.path.read_bytes()).hexdigest()
        digest.update("\0".join((*told, entry.photograph, content)).encode() + b"\n")
    return digest.hexdigest()[:32]


def collect_once(
    path: Path, entries: Sequence[Entry], workers: int, settings: FittingSettings
) -> str:
    """Write the samples of some catalogues to a file that does not hold them yet.

    Returns:
        The digest of what they follow from.

    Raises:
        CatalogueError: as of ``collected``.
    """
    about = about_samples(entries, settings)
    if not is_about(path, about):
        samples = collected(entries, workers, settings)
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new.npz")
        write(new, entries, samples, about)
        new.replace(path)
    return about
