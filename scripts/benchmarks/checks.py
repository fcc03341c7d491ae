"""How long a check takes without a download: in the process, step by step, and through HTTP."""

from __future__ import annotations

import http.client
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import numpy as np

from lambdas.shared.fingerprint.fingerprinter import PictureFingerprinter
from lambdas.shared.images.preparation import prepare
from lambdas.shared.matching.calibration import Calibration
from lambdas.shared.matching.hash_verifier import HashVerifier
from lambdas.shared.matching.interfaces import CheckOptions
from lambdas.shared.matching.matcher import CANDIDATES, CatalogueMatcher
from lambdas.shared.pictures import Fingerprint, Picture
from lambdas.shared.storage.embedded import EmbeddedStorage
from scripts.benchmarks.machine import ONE_THREAD, cores, cpu_seconds, stay_on
from scripts.benchmarks.pictures import NATIVE, Photo, mirrored, photos
from scripts.benchmarks.report import Section, Target, table
from scripts.benchmarks.synthetic import (
    LAST_SEEN,
    bases_of,
    made_pictures,
    product_of,
    sample_fingerprints,
)
from scripts.benchmarks.timing import Samples, Step, interleaved, milliseconds
from scripts.local.service import fingerprinter, matcher_of
from scripts.local.wiring import LocalSettings, open_storage

REACH = 0.050
"""Seconds for a check on one core, at the median."""


@dataclass(frozen=True)
class Amount:
    """How much is measured.

    Attributes:
        sample: photographs in the smaller catalogue.
        made: pictures in the larger one: the sample and noisy copies of its fingerprints.
        queries: mirrored copies that are asked about.
        rounds: how often each is.
    """

    sample: int = 200
    made: int = 1_133
    queries: int = 40
    rounds: int = 5

    @property
    def requests(self) -> int:
        """How often each catalogue is asked through HTTP; the first round counts here."""
        return self.queries * (self.rounds + 1)


QUICK = Amount(sample=3, made=10, queries=1, rounds=1)


@dataclass(frozen=True)
class Catalogue:
    """A data folder with pictures, open, and what answers checks on it.

    Attributes:
        server: number of the process behind ``connection``.
    """

    pictures: int
    storage: EmbeddedStorage
    matcher: CatalogueMatcher
    connection: http.client.HTTPConnection
    server: int


def measured(*, quick: bool) -> Section:
    """The tables of both catalogues."""
    amount = QUICK if quick else Amount()
    first, last = cores()[0], cores()[-1]
    stay_on(first)
    found = sample_fingerprints(amount.sample)
    computes = fingerprinter()
    queries = [mirrored(photo) for photo in photos(amount.queries, NATIVE)]
    with ExitStack() as stack:
        catalogues = [
            stack.enter_context(_catalogue(found, number, computes, last))
            for number in (amount.sample, amount.made)
        ]
        subjects = [_steps(catalogues, photo, computes) for photo in queries]
        began = [cpu_seconds(catalogue.server) for catalogue in catalogues]
        samples = interleaved(subjects, amount.rounds)
        spent = [
            (cpu_seconds(catalogue.server) - before) / amount.requests
            for catalogue, before in zip(catalogues, began, strict=True)
        ]
    each = " and ".join(map(milliseconds, spent))
    text = (
        f"{_explained(amount)}\n\n{table(_HEADER, _rows(samples))}\n\nProcessor time of the two "
        f"servers, all their threads: {each} ms a check on average."
    )
    return Section("A check without download", text, _targets(amount.made, samples, spent[-1]))


_HEADER = ["ms", "pictures", "p50", "p95", "CPU p50"]
_CHECK = "**check**, in the process"
_HTTP = "**check**, through HTTP"


def _explained(amount: Amount) -> str:
    return (
        f"{amount.queries} mirrored and newly encoded copies of 400 x 533 photographs, asked "
        f"{amount.rounds} times each, with the product that they show in the answer. Embedded "
        f"storage: {amount.sample} sample photographs, and {amount.made:,} pictures, which are "
        "these and noisy copies of their fingerprints. HTTP: `POST /find_similar` with the file "
        "as `image/jpeg` on a connection that is kept, to a server in another process that stays "
        "on one core; the client has the other core. *CPU* is that of the asking thread alone."
    )


def _rows(samples: Mapping[str, Samples]) -> Iterator[list[str]]:
    for name, found in samples.items():
        times = (found.median, found.quantile(0.95), found.cpu_median)
        yield [*name.split("|"), *map(milliseconds, times)]


def _targets(pictures: int, samples: Mapping[str, Samples], server_seconds: float) -> list[Target]:
    here, there = (samples[f"{name}|{pictures:,}"] for name in (_CHECK, _HTTP))
    rows = [("in the process", here, here.cpu_median), ("through HTTP", there, server_seconds)]
    return [
        Target(
            f"check {where}, {pictures:,} pictures, one core, p50",
            f"≤ {milliseconds(REACH)} ms",
            f"{milliseconds(found.median)} ms (CPU {milliseconds(cpu)})",
            found.median <= REACH,
        )
        for where, found, cpu in rows
    ]


def _steps(
    catalogues: Sequence[Catalogue], photo: Photo, computes: PictureFingerprinter
) -> dict[str, Step]:
    picture = prepare(photo.content)
    steps: dict[str, Step] = {
        "… prepare|": lambda: prepare(photo.content),
        "… fingerprint of the query|": lambda: computes.query(picture),
    }
    for catalogue in catalogues:
        steps |= _steps_on(catalogue, photo, computes)
    return steps


def _steps_on(
    catalogue: Catalogue, photo: Photo, computes: PictureFingerprinter
) -> dict[str, Step]:
    picture = prepare(photo.content)
    query = computes.query(picture)
    storage, matcher = catalogue.storage, catalogue.matcher
    verifier = HashVerifier(Calibration.shipped())
    nearest = storage.vectors.nearest(query.rows, CANDIDATES).values()
    ids = sorted({neighbour.fingerprint_id for each in nearest for neighbour in each})
    pictures = list(storage.pictures.get_many(ids).values())
    steps: dict[str, Step] = {
        "… candidates": lambda: storage.vectors.nearest(query.rows, CANDIDATES),
        "… their pictures": lambda: storage.pictures.get_many(ids),
        "… verification": lambda: verifier.verify(picture, query, pictures),
        _CHECK: lambda: matcher.check(prepare(photo.content), CheckOptions()),
        _HTTP: lambda: _ask(catalogue.connection, photo.content),
    }
    return {f"{name}|{catalogue.pictures:,}": step for name, step in steps.items()}


def _ask(connection: http.client.HTTPConnection, content: bytes) -> None:
    connection.request("POST", "/find_similar", content, {"Content-Type": "image/jpeg"})
    response = connection.getresponse()
    answer = json.loads(response.read())
    if not answer.get("is_duplicate"):
        raise AssertionError(f"the service answered {response.status}: {answer}")


@contextmanager
def _catalogue(
    found: Sequence[Fingerprint], pictures: int, computes: PictureFingerprinter, core: int
) -> Iterator[Catalogue]:
    """A catalogue of these fingerprints and of noisy copies up to a number of pictures.

    Its server stays on the core with that number.
    """
    with TemporaryDirectory() as folder, ExitStack() as stack:
        settings = LocalSettings(Path(folder))
        storage = stack.enter_context(closing(open_storage(settings)))
        _fill(storage, found, pictures)
        address, server = stack.enter_context(_served(settings.data, core))
        host = urlsplit(address).netloc
        connection = stack.enter_context(closing(http.client.HTTPConnection(host, timeout=60)))
        yield Catalogue(pictures, storage, matcher_of(storage, computes), connection, server)


def _fill(storage: EmbeddedStorage, found: Sequence[Fingerprint], number: int) -> None:
    pictures = [Picture(fingerprint, LAST_SEEN) for fingerprint in found]
    source = np.random.default_rng(number)
    for batch in made_pictures(number - len(pictures), bases_of(found), source):
        pictures += batch
    with storage.transaction():
        storage.pictures.put_many(pictures)
        storage.products.put_many([product_of(each, row) for row, each in enumerate(pictures)])


@contextmanager
def _served(data: Path, core: int) -> Iterator[tuple[str, int]]:
    """Address and process of a server on this core, which reads this folder."""
    command = [sys.executable, "-m", "scripts.benchmarks.serving", str(data), str(core)]
    process = subprocess.Popen(  # noqa: S603 - our own module
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | ONE_THREAD,
    )
    try:
        yield (process.stdout or io.StringIO()).readline().strip(), process.pid
    finally:
        process.terminate()
        process.communicate()
