"""Collects all samples of some catalogues, and keeps them until something about them changes."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from lookalike.errors import CatalogueError
from lookalike.evaluation.answers.code_version import code_version
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.fitting.dataset import is_about, write
from lookalike.evaluation.fitting.edited_queries import (
    COLOUR_SHARE,
    colour_queries,
    edited_queries,
)
from lookalike.evaluation.fitting.edited_samples import edited_samples
from lookalike.evaluation.fitting.partial_samples import in_parts
from lookalike.evaluation.fitting.sample import Sample
from lookalike.evaluation.fitting.shared_samples import SIBLINGS_FACTOR, pairs, shared_samples
from lookalike.evaluation.fitting.siblings import siblings
from lookalike.evaluation.fitting.worker import fingerprint, load
from lookalike.evaluation.parallel import results
from lookalike.evaluation.settings import FittingSettings

NOT_DECIDING = (
    *("same_photograph.onnx", "same_photograph.json"),
    *("recoloured.onnx", "recoloured.json", "calibration.json"),
)
"""Files that are fitted to samples, so that samples do not follow from them."""


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

    What was collected before a stop is kept in a folder beside the file until all is there.

    Args:
        path: of the file.
        entries: of the catalogues; their pictures can be read.
        workers: number of processes.
        settings: how many samples to collect.

    Returns:
        The digest of what they follow from.

    Raises:
        CatalogueError: no picture shows enough to be matched.
    """
    about = about_samples(entries, settings)
    if not is_about(path, about):
        parts = path.with_suffix(".parts")
        samples = _collected(parts / about, entries, workers, settings)
        new = path.with_suffix(".new.npz")
        write(new, entries, samples, about)
        new.replace(path)
        shutil.rmtree(parts)
    return about


def _collected(
    parts: Path, entries: Sequence[Entry], workers: int, settings: FittingSettings
) -> list[Sample]:
    """The samples of edited queries, then those of pairs that share much."""
    paths = [entry.path for entry in entries]
    fingerprints = list(results(fingerprint, paths, workers, "Fingerprints", load))
    drawn_edits = edited_queries(entries, settings.queries)
    drawn_edits += colour_queries(entries, int(settings.queries * COLOUR_SHARE))
    queries = list(enumerate(drawn_edits))
    edited = in_parts(
        parts / "edited", queries, lambda rest: edited_samples(entries, fingerprints, rest, workers)
    )
    found = siblings(entries, fingerprints, SIBLINGS_FACTOR * settings.pairs)
    drawn = pairs(entries, found, len(queries), settings.pairs)
    shared = in_parts(parts / "shared", drawn, lambda rest: shared_samples(entries, rest, workers))
    samples = [*edited, *shared]
    if not samples:
        raise CatalogueError("No picture of the catalogues shows enough to fit models to.")
    return samples
