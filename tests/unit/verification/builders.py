"""Pictures and transforms whose relation is known exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw, ImageFont

from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.preparation import prepare
from lookalike.pictures import Picture
from lookalike.verification.aligned_pixels import AlignedPixels
from lookalike.verification.block_comparison import BlockComparison
from lookalike.verification.block_maps import BlockMaps
from lookalike.verification.candidate import Candidate
from lookalike.verification.feature_model import INPUT, OUTPUT
from lookalike.verification.query import QueryPicture
from lookalike.verification.transforms import CORNERS, Transform, box_to_unit
from tests.images import encoded

Size = tuple[int, int]
"""Width and height in pixels."""


def inverse(transform: Transform) -> Transform:
    """From the stored picture back to the query."""
    return np.asarray(np.linalg.inv(transform), np.float64)


def cut_out(left: float, top: float, right: float, bottom: float) -> Transform:
    """Of a query that shows this part of the stored picture, in shares of its sides."""
    return inverse(box_to_unit((left, top, right, bottom)))


def turned(degrees: float, size: Size) -> tuple[Transform, Size]:
    """Of a query that is the whole stored picture turned clockwise, and the query's size."""
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    wide, high = np.abs(turn) @ size
    to_query = np.eye(3)
    to_query[:2, :2] = turn
    to_query[:2, 2] = np.array([wide, high]) / 2 - turn @ size / 2
    in_units = np.diag([1 / wide, 1 / high, 1]) @ to_query @ np.diag([*size, 1.0])
    return inverse(in_units), (round(wide), round(high))


def perspective(corners: Sequence[tuple[float, float]]) -> Transform:
    """Of a query whose corners, clockwise from top left, show these points of the stored one."""
    rows = [
        row
        for (x, y), (u, v) in zip(CORNERS, corners, strict=True)
        for row in ([x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y])
    ]
    return np.append(np.linalg.solve(rows, np.ravel(corners)), 1).reshape(3, 3)


def seen(stored: Image.Image, transform: Transform, size: Size | None = None) -> Image.Image:
    """The query of this size that the transform takes onto the stored picture, on white."""
    size = size or stored.size
    pixels = np.diag([*stored.size, 1.0]) @ transform @ np.diag([1 / size[0], 1 / size[1], 1])
    return stored.transform(
        size,
        Image.Transform.PERSPECTIVE,
        tuple((pixels / pixels[2, 2]).ravel()[:8].tolist()),
        Image.Resampling.BICUBIC,
        fillcolor=(255, 255, 255),
    )


def a_block_comparison(**maps: object) -> BlockComparison:
    """Of one grey picture with itself, textured all over, unless told otherwise."""
    full = np.ones((16, 16), np.float32)
    grey = np.full((16, 16, 3), 128, np.float32)
    fields: dict[str, object] = {
        "shown": full,
        "query_texture": 20 * full,
        "stored_texture": 20 * full,
        "agreement": full,
        "exact_agreement": full,
        "coarse_agreement": full,
        "query_rgb": grey,
        "stored_rgb": grey,
        "pixels": aligned_pixels(),
    }
    fields |= maps
    fine, parts = (
        BlockMaps(
            **{name: _enlarged(fields[name], side) for name in BlockMaps.__dataclass_fields__}
        )
        for side in (24, 48)
    )
    more = {"fine": fine, "parts": parts, "letters": parts, "fineness": 1.0}
    return BlockComparison(**(more | fields))  # type: ignore[arg-type]


def aligned_pixels(**planes: object) -> AlignedPixels:
    """Of one grey picture with itself, all of it shown, unless told otherwise."""
    grey = np.full((3, 96, 96), 128, np.float32)
    pixels = AlignedPixels(grey, grey, np.ones((96, 96), np.bool_))
    return replace(pixels, **planes)  # type: ignore[arg-type]


def fine_blocks(**maps: object) -> BlockMaps:
    """Of one grey picture with itself, textured all over, unless told otherwise."""
    return replace(a_block_comparison().fine, **maps)  # type: ignore[arg-type]


def _enlarged(values: object, side: int) -> NDArray[np.float32]:
    """The values of 16 x 16 blocks for side x side smaller ones."""
    places = np.arange(side) * 16 // side
    return np.asarray(values, np.float32)[places][:, places]


def a_candidate(
    stored: Image.Image, query: bytes | Image.Image, fingerprinter: PictureFingerprinter
) -> Candidate:
    """A stored picture that is verified against a query."""
    asked = prepare(query if isinstance(query, bytes) else as_png(query))
    query_picture = QueryPicture(asked, fingerprinter.query(asked), fingerprinter.network)
    return Candidate(_stored(as_png(stored), fingerprinter), query_picture)


@lru_cache(maxsize=16)
def _stored(content: bytes, fingerprinter: PictureFingerprinter) -> Picture:
    """Many tests verify different queries against the same picture."""
    return Picture(fingerprinter.fingerprint(prepare(content)), last_seen=0)


def as_png(image: Image.Image) -> bytes:
    """Its pixels, without the time that compressing them takes."""
    return encoded(image, "PNG", compress_level=0)


def linear_model(weights: Sequence[float]) -> bytes:
    """A model whose log odds are the weighted sum of its inputs."""
    features = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", len(weights)])
    odds = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", 1])
    column = numpy_helper.from_array(np.array(weights, np.float32)[:, None], "weights")
    node = helper.make_node("MatMul", [INPUT, "weights"], [OUTPUT])
    graph = helper.make_graph([node], "linear", [features], [odds], [column])
    opset = [helper.make_opsetid("", 17)]
    content: bytes = onnx.helper.make_model(
        graph, opset_imports=opset, ir_version=8
    ).SerializeToString()
    return content


def a_pack(flavour: str) -> Image.Image:
    """A pack with much print that all flavours share, and one line of letters."""
    pack = Image.new("RGB", (600, 600), "white")
    draw = ImageDraw.Draw(pack)
    for row in range(4):
        draw.text((60, 40 + 60 * row), "ALL FLAVOURS SHARE", "navy", ImageFont.load_default(40))
    draw.rectangle((100, 300, 500, 340), "gold")
    draw.text((120, 308), flavour, "white", ImageFont.load_default(24))
    draw.rectangle((100, 360, 500, 560), "firebrick")
    return pack
