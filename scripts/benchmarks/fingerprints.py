"""The duration of each step of a fingerprint, compared with Pillow and with imageSearch."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image

from lookalike.evaluation.methods.hashes import image_search_hash
from lookalike.fingerprint.analysis import Analysis, centre_of
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.phash import PHash
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.picture_id import picture_id
from lookalike.fingerprint.quality import quality
from lookalike.fingerprint.signature import MAX_BYTES, encode
from lookalike.images.borders import trim_box
from lookalike.images.decoding import SHORT_SIDE
from lookalike.images.preparation import prepare
from scripts.benchmarks import image_search
from scripts.benchmarks.machine import cores, stay_on
from scripts.benchmarks.pictures import NATIVE, QUALITY, Photo, enlarged, photos
from scripts.benchmarks.report import Section, Target, table
from scripts.benchmarks.timing import Samples, Step, interleaved, milliseconds

DECODE = "Pillow: decode"
STORED = "**bytes to stored fingerprint**"
QUERY = "**bytes to query**"
SEARCH_DECODED = "imageSearch: decode and pHash"
SEARCH = "imageSearch: pHash of the decoded picture"

SMALL_LIMIT = 0.018
"""Seconds for a full fingerprint of a photograph of 400 x 533."""


@dataclass(frozen=True)
class Size:
    """How many pictures of one size are measured, and how often."""

    pixels: tuple[int, int]
    pictures: int
    rounds: int


SIZES = (Size(NATIVE, 40, 7), Size((1000, 1500), 10, 11), Size((3000, 4500), 5, 11))
QUICK_SIZES = (Size(NATIVE, 1, 1), Size((500, 750), 1, 1))


def measure(*, quick: bool) -> Section:
    """Measure all sizes."""
    stay_on(cores()[-1])
    network = Network.load()
    sizes = QUICK_SIZES if quick else SIZES
    results = [_of_size(size, network) for size in sizes]
    small, large = results[0][1], results[-1][1]
    texts = [_explained(), *(text for text, _ in results)]
    targets = [*_targets(small, large), _size_target(sizes[0].pictures, network)]
    return Section("A fingerprint, step by step", "\n\n".join(texts), targets)


def _of_size(size: Size, network: Network) -> tuple[str, Mapping[str, Samples]]:
    chosen = [
        photo if size.pixels == NATIVE else enlarged(photo, size.pixels)
        for photo in photos(size.pictures, NATIVE)
    ]
    samples = interleaved([_steps(photo, network) for photo in chosen], size.rounds)
    return _text(size, chosen, samples), samples


def _steps(photo: Photo, network: Network) -> dict[str, Step]:
    content, picture = photo.content, prepare(photo.content)
    fingerprinter, phash = PictureFingerprinter(network), PHash()
    decoded, cells = image_search.decoded(content), network.run(picture.trimmed).cells
    return {
        DECODE: lambda: _pillow(content),
        "Pillow: decode, reduced as Lookalike does": lambda: _pillow(content, SHORT_SIDE),
        "prepare: decode, orient, flatten, find the border": lambda: prepare(content),
        "… of it the border": lambda: trim_box(picture.whole),
        "pHash, stored": lambda: phash.stored_hashes(Analysis(picture, network)),
        "pHash, eight forms of a query": lambda: phash.query_rows(Analysis(picture, network)),
        "network, whole picture": lambda: network.run(picture.trimmed),
        "network, centre": lambda: network.run(centre_of(picture.trimmed)),
        "signature, of the network's cells": lambda: encode(cells, picture.trimmed),
        "quality": lambda: quality(picture.whole),
        "id (digest of the pixels)": lambda: picture_id(picture),
        "fingerprint, stored, of a prepared picture": lambda: fingerprinter.fingerprint(picture),
        "query of a prepared picture": lambda: fingerprinter.query(picture),
        STORED: lambda: fingerprinter.fingerprint(prepare(content)),
        QUERY: lambda: fingerprinter.query(prepare(content)),
        SEARCH_DECODED: lambda: image_search_hash(image_search.decoded(content)),
        SEARCH: lambda: image_search_hash(decoded),
    }


def _pillow(content: bytes, draft_side: int | None = None) -> None:
    with Image.open(io.BytesIO(content)) as image:
        if draft_side is not None:
            image.draft(None, (draft_side, draft_side))
        image.load()


def _text(size: Size, chosen: Sequence[Photo], samples: Mapping[str, Samples]) -> str:
    width, height = size.pixels
    kilobytes = sum(len(photo.content) for photo in chosen) / len(chosen) / 1000
    rows = [
        [
            name,
            milliseconds(found.median),
            f"{milliseconds(found.quantile(0.1))} to {milliseconds(found.quantile(0.9))}",
            milliseconds(found.cpu_median),
            f"{found.ratio_to(samples[DECODE]):.2f}",
            f"{found.ratio_to(samples[SEARCH_DECODED]):.2f}",
            f"{found.ratio_to(samples[SEARCH]):.2f}",
        ]
        for name, found in samples.items()
    ]
    header = ["ms", "median", "10 % to 90 %", "CPU", "/ decode"]
    header += ["/ imageSearch with decode", "/ without"]
    return (
        f"### {width} x {height}\n\n{len(chosen)} JPEG files of {kilobytes:,.0f} kB on average, "
        f"{size.rounds} rounds.\n\n{table(header, rows)}"
    )


def _explained() -> str:
    return (
        "One thread on one core, without reading the file and without loading the network. The 400 "
        "x 533 photographs are unchanged sample photographs; larger ones are derived from them: "
        "cropped to the aspect ratio, enlarged with Lanczos, with mild noise so that the files "
        f"have realistic sizes, JPEG quality {QUALITY}. *CPU* is the median of processor time; the "
        "ratios are medians over the calls of ratios of processor time. imageSearch's method: "
        "decoded at full size, long side to 512 with Lanczos, centred on a white 512 x 512 canvas, "
        "`imagehash.phash`."
    )


def _targets(small: Mapping[str, Samples], large: Mapping[str, Samples]) -> list[Target]:
    own = large[STORED]
    return [
        Target(
            "full fingerprint of 400 x 533, from the file's bytes",
            f"≤ {milliseconds(SMALL_LIMIT)} ms",
            _median_and_cpu(small[STORED]),
            small[STORED].median <= SMALL_LIMIT,
        ),
        *(
            Target(
                f"full fingerprint of 3000 x 4500, from the file's bytes, against {name}",
                f"≤ {_median_and_cpu(large[name])}",
                _median_and_cpu(own),
                own.median <= large[name].median,
            )
            for name in (SEARCH_DECODED, SEARCH)
        ),
    ]


def _size_target(number: int, network: Network) -> Target:
    fingerprinter = PictureFingerprinter(network)
    found = [fingerprinter.fingerprint(prepare(photo.content)) for photo in photos(number)]
    sizes = sorted(len(fingerprint.signature) for fingerprint in found)
    return Target(
        f"signature, the largest of {number} photographs",
        f"≤ {MAX_BYTES / 1000:.0f} KB",
        f"{sizes[-1] / 1000:.1f} KB, half of them below {sizes[len(sizes) // 2] / 1000:.1f}",
        sizes[-1] <= MAX_BYTES,
    )


def _median_and_cpu(samples: Samples) -> str:
    return f"{milliseconds(samples.median)} ms (CPU {milliseconds(samples.cpu_median)})"
