"""The groupings of imagededup, rebuilt from its description, on the same pictures.

imagededup (https://github.com/idealo/imagededup) lists for each picture those within a threshold:

- *pHash*: 64 bits of the DCT of 32 x 32 grey levels, at most 10 bits apart.
- *CNN*: the mean of the last map of a network that was trained on ImageNet, cosine at least 0.9. It
  takes MobileNetV3; here it is EfficientNet-Lite0, which Lookalike carries, so that torch is not
  needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import imagehash
import numpy as np
import onnx
from numpy.typing import NDArray
from PIL import Image, ImageOps

from lookalike.fingerprint.model_files import MODEL_PATH
from lookalike.fingerprint.network import network_input
from lookalike.inference import inference_session
from scripts.duplicates.mixture import MixedProduct

MAX_PHASH_DISTANCE = 10
MIN_COSINE = 0.9
"""The defaults of imagededup 0.3."""

_LAST_MAP = "_conv_head.out.relu6"

Pairs = Iterator[tuple[str, str]]


def phash_pairs(products: Sequence[MixedProduct]) -> Pairs:
    """Pairs whose pHashes are near."""
    bits = np.stack([imagehash.phash(_opened(product)).hash.ravel() for product in products])
    signs = bits.astype(np.float32) * 2 - 1
    distances = (bits.shape[1] - signs @ signs.T) / 2
    yield from _pairs(products, distances <= MAX_PHASH_DISTANCE)


def cnn_pairs(products: Sequence[MixedProduct]) -> Pairs:
    """Pairs whose features are near."""
    features = np.stack([_features(_opened(product)) for product in products])
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    yield from _pairs(products, features @ features.T >= MIN_COSINE)


def _pairs(products: Sequence[MixedProduct], near: NDArray[np.bool_]) -> Pairs:
    for a, b in zip(*np.nonzero(np.triu(near, 1)), strict=True):
        yield products[a].entity_id, products[b].entity_id


def _features(picture: Image.Image) -> NDArray[np.float32]:
    session, output = _network()
    feed = {"pixels": network_input(picture)[None]}
    [last_map] = session.run([output], feed)
    mean: NDArray[np.float32] = np.asarray(last_map[0], np.float32).mean(axis=(1, 2))
    return mean


@cache
def _network() -> tuple[Any, str]:
    """The network without its projection, and the name of its last map."""
    model = onnx.load(str(MODEL_PATH))
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info(_LAST_MAP))
    return inference_session(model.SerializeToString()), _LAST_MAP


def _opened(product: MixedProduct) -> Image.Image:
    with Image.open(product.path) as opened:
        return ImageOps.exif_transpose(opened).convert("RGB")
