"""Fit the projection of the deep hash on pictures.

    python -m scripts.model.fit_projection CATALOGUE.csv …

Uses the half of each catalogue that is for fitting (``scripts.evaluation.data``) and writes
``projection.npz`` beside this file.

Principal components of the network's features of whole pictures and their centres, softly
whitened (divided by the square root of the deviation: full whitening would overfit with few
pictures), then a random rotation, so that every bit carries the same.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from lambdas.shared.fingerprint.analysis import centre_of
from lambdas.shared.fingerprint.layout import DEEP
from lambdas.shared.fingerprint.network import network_input
from lambdas.shared.images.preparation import prepare
from scripts.evaluation.data import Half, Sample, read_samples
from scripts.model.build import PROJECTION_PATH, weights
from scripts.model.graph import build_feature_graph

WHITENING = 0.5
SEED = 0

Floats = NDArray[np.float32]


def fit_projection(features: Floats) -> dict[str, Floats]:
    """``mean`` (1280,) and ``matrix`` (1280, 512) from features, shape (pictures, 1280)."""
    rng = np.random.default_rng(SEED)
    rotation = np.linalg.qr(rng.normal(size=(DEEP.bits, DEEP.bits)))[0]
    mean = features.mean(axis=0)
    centred = features.astype(np.float64) - mean
    _, deviation, directions = np.linalg.svd(centred, full_matrices=False)
    whitened = directions.T / (deviation / np.sqrt(len(features))) ** WHITENING
    return {"mean": mean, "matrix": (whitened[:, : DEEP.bits] @ rotation).astype(np.float32)}


def features_of(samples: Sequence[Sample]) -> Floats:
    """The network's features of whole and centre of each picture, shape (2 n, 1280)."""
    graph = build_feature_graph(weights()).SerializeToString()
    session = onnxruntime.InferenceSession(graph)
    features = []
    for sample in samples:
        frame = prepare(sample.path.read_bytes()).trimmed
        views = np.stack([network_input(frame), network_input(centre_of(frame))])
        features.append(session.run(None, {"pixels": views})[0])
    return np.concatenate(features)


def main() -> None:
    """Fit on the catalogues named on the command line."""
    samples = [s for path in sys.argv[1:] for s in read_samples(Path(path)) if s.half is Half.FIT]
    fitted = fit_projection(features_of(samples))
    half_precision: dict[str, Any] = {name: v.astype(np.float16) for name, v in fitted.items()}
    np.savez(PROJECTION_PATH, **half_precision)
    print(f"Fitted on {len(samples)} pictures: {PROJECTION_PATH.name}. Now build the model.")


if __name__ == "__main__":
    main()
