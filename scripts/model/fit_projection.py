"""Fit the projections of the deep hash and of the cells to pictures.

    python -m scripts.model.fit_projection CATALOGUE.csv …

Only the fitting half of each catalogue is used (``lookalike.evaluation.split``). The projections
are written to ``projection.npz`` beside this file.

The features of whole pictures and their centres are projected to their principal components, softly
whitened (divided by the square root of the deviation: full whitening would overfit with few
pictures), and rotated at random, so that every bit carries the same. Of the features of places,
which are many, all components are kept and rotated into more bits than there are components.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.split import fitting_half
from lookalike.fingerprint.analysis import centre_of
from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.network import network_input
from lookalike.fingerprint.signature import CELL_BITS
from lookalike.images.preparation import prepare
from lookalike.inference import inference_session
from scripts.model.build import PROJECTION_PATH, weights
from scripts.model.graph import build_feature_graph

WHITENING = 0.5
SEED = 0
PLACES_PER_PICTURE = 80

Floats = NDArray[np.float32]


def fit_projection(features: Floats) -> dict[str, Floats]:
    """Fit ``mean`` (1280,) and ``matrix`` (1280, 512) to features, shape (pictures, 1280)."""
    rng = np.random.default_rng(SEED)
    rotation = np.linalg.qr(rng.normal(size=(DeepHash.layout.bits, DeepHash.layout.bits)))[0]
    mean = features.mean(axis=0)
    centred = features.astype(np.float64) - mean
    _, deviation, directions = np.linalg.svd(centred, full_matrices=False)
    whitened = directions.T / (deviation / np.sqrt(len(features))) ** WHITENING
    return {
        "mean": mean,
        "matrix": (whitened[:, : DeepHash.layout.bits] @ rotation).astype(np.float32),
    }


def fit_cells(features: Floats) -> dict[str, Floats]:
    """Fit ``cell_mean`` (40,), ``cell_matrix`` (40, 40) and ``cell_rotation`` (40, 64).

    Args:
        features: of places in pictures, shape (places, 40).
    """
    rng = np.random.default_rng(SEED)
    mean = features.mean(axis=0)
    _, deviation, directions = np.linalg.svd(features - mean, full_matrices=False)
    whitened = directions.T / (deviation / np.sqrt(len(features))) ** WHITENING
    rotation = rng.normal(size=(features.shape[1], CELL_BITS)).astype(np.float32)
    return {"cell_mean": mean, "cell_matrix": whitened, "cell_rotation": rotation}


def features_of(entries: Sequence[Entry]) -> tuple[Floats, Floats]:
    """Compute the network's features of pictures and of places in them.

    Returns:
        Of whole and centre of each picture, shape (2 n, 1280), and of some places of each, shape
        (n * ``PLACES_PER_PICTURE``, 40).
    """
    graph = build_feature_graph(weights()).SerializeToString()
    session = inference_session(graph)
    rng = np.random.default_rng(SEED)
    pictures, places = [], []
    for entry in entries:
        frame = prepare(entry.path.read_bytes()).trimmed
        views = np.stack([network_input(frame), network_input(centre_of(frame))])
        features, cells = session.run(None, {"pixels": views})
        pictures.append(features)
        places.append(rng.choice(cells[0], PLACES_PER_PICTURE, replace=False))
    return np.concatenate(pictures), np.concatenate(places)


def main() -> None:
    """Fit to the catalogues named on the command line."""
    entries = fitting_half([Path(path) for path in sys.argv[1:]])
    features, places = features_of(entries)
    fitted = fit_projection(features) | fit_cells(places)
    half_precision: dict[str, Any] = {name: v.astype(np.float16) for name, v in fitted.items()}
    np.savez(PROJECTION_PATH, **half_precision)
    print(f"Fitted on {len(entries)} pictures: {PROJECTION_PATH.name}. Now build the model.")


if __name__ == "__main__":
    main()
