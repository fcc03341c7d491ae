"""The duration of a check without download: in the process, step by step, and through HTTP."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from lookalike.evaluation.answers.synthetic_entries import compute_embeddings, synthetic_entries
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.preparation import prepare
from lookalike.local.data_folder import open_storage
from lookalike.local.settings import LocalSettings
from lookalike.matching.calibration import Calibration
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions
from lookalike.matching.effort import Effort
from lookalike.matching.geometric_verifier import GeometricVerifier
from lookalike.matching.retrieval import in_verification_order, nearest_for, verified_for
from lookalike.matching.shipped import build_matcher, fingerprinter
from lookalike.pictures import Fingerprint, Picture
from lookalike.storage.sqlite.storage import EmbeddedStorage
from lookalike.verification.classifier import Classifier
from scripts.benchmarks.machine import cores, cpu_seconds, stay_on
from scripts.benchmarks.pictures import NATIVE, Photo, mirrored, paths, photos
from scripts.benchmarks.report import Section, Target, table
from scripts.benchmarks.serving import served
from scripts.benchmarks.synthetic_catalogue import LAST_SEEN, product_of
from scripts.benchmarks.timing import Samples, Step, interleaved, milliseconds

COPY, UNRELATED = "a copy", "an unrelated picture"
LIMIT = {COPY: 0.040, UNRELATED: 0.050}
"""Median seconds of a check on one core."""


@dataclass(frozen=True)
class CheckWorkload:
    """How much is measured.

    Attributes:
        pictures: number of pictures in the catalogue, sample photographs and synthetic ones.
        sample: number of sample photographs.
        queries: number of photographs to ask about that are in the catalogue, and of those that
            are left out of it.
        rounds: number of rounds of all queries.
    """

    pictures: int = 1_000
    sample: int = 200
    queries: int = 40
    rounds: int = 5

    @property
    def requests(self) -> int:
        """Number of requests to the server, those of the warm-up round included."""
        return 2 * self.queries * (self.rounds + 1)


QUICK = CheckWorkload(pictures=10, sample=5, queries=1, rounds=1)


@dataclass(frozen=True)
class Catalogue:
    """A catalogue that can be checked in this process and through HTTP.

    Attributes:
        storage: of the catalogue.
        matcher: on that storage.
        computes: the fingerprinter.
        connection: to a server of the same folder.
        server: process id of that server.
    """

    storage: EmbeddedStorage
    matcher: CatalogueMatcher
    computes: PictureFingerprinter
    connection: http.client.HTTPConnection
    server: int


def measure(*, quick: bool) -> Section:
    """Measure checks of copies and of unrelated pictures."""
    workload = QUICK if quick else CheckWorkload()
    first, last = cores()[0], cores()[-1]
    stay_on(first)
    queries = photos(2 * workload.queries, NATIVE)
    unrelated = queries[workload.queries :]
    with _catalogue({photo.name for photo in unrelated}, workload, last) as catalogue:
        pairs = zip(map(mirrored, queries[: workload.queries]), unrelated, strict=True)
        subjects = [
            _steps(catalogue, copy, COPY) | _steps(catalogue, other, UNRELATED)
            for copy, other in pairs
        ]
        began = cpu_seconds(catalogue.server)
        samples = interleaved(subjects, workload.rounds)
        spent = (cpu_seconds(catalogue.server) - began) / workload.requests
    text = (
        f"{_explained(workload)}\n\n{table(_HEADER, _rows(samples))}\n\nProcessor time of the "
        f"server, all its threads: {milliseconds(spent)} ms a check on average."
    )
    return Section("A check without download", text, _targets(workload.pictures, samples))


_HEADER = ["ms", "asked about", "p50", "p95", "CPU p50"]
_CHECK = "**check**, in the process"
_EFFORTS = {effort: f"{_CHECK}, `{effort}`" for effort in (Effort.FAST, Effort.THOROUGH)}
_HTTP = "**check**, through HTTP"


def _explained(workload: CheckWorkload) -> str:
    return (
        f"{workload.queries} mirrored and newly encoded copies of 400 x 533 photographs, and as "
        f"many photographs that are not in the catalogue, asked {workload.rounds} times each for "
        f"the best match at 50 % or more. Embedded storage with {workload.pictures:,} pictures: "
        "sample photographs, and synthetic pictures whose hashes lie between two of them and whose "
        "signature is that of a third (`lookalike/evaluation/answers/synthetic_entries.py`). "
        "*Verification* is measured for the first candidate, which is all that most copies need, "
        "and for as many candidates as an unrelated picture needs. Checks are of `normal` effort "
        "where no other is named. HTTP: `POST /find_similar` with "
        "the file as `image/jpeg` on a kept-alive connection to a server in another process that "
        "stays on one core; the client has the other core. *CPU* is that of the asking thread "
        "alone."
    )


def _rows(samples: Mapping[str, Samples]) -> Iterator[list[str]]:
    for name, found in samples.items():
        times = (found.median, found.quantile(0.95), found.cpu_median)
        yield [*name.split("|"), *map(milliseconds, times)]


def _targets(pictures: int, samples: Mapping[str, Samples]) -> list[Target]:
    rows = [(kind, reach, samples[f"{_CHECK}|{kind}"]) for kind, reach in LIMIT.items()]
    return [
        Target(
            f"check of {kind} in the process, {pictures:,} pictures, one core, p50",
            f"≤ {milliseconds(reach)} ms",
            f"{milliseconds(found.median)} ms (CPU {milliseconds(found.cpu_median)})",
            found.median <= reach,
        )
        for kind, reach, found in rows
    ]


def _steps(catalogue: Catalogue, photo: Photo, kind: str) -> dict[str, Step]:
    picture = prepare(photo.content)
    computes, storage = catalogue.computes, catalogue.storage
    query = computes.query(picture)
    size = storage.vectors.count()
    verifier = GeometricVerifier(computes.network, Classifier.shipped(), Calibration.shipped())
    ids = in_verification_order(storage.vectors.nearest(query.rows, nearest_for(size)))[
        : verified_for(size)
    ]
    found = storage.pictures.get_many(ids)
    pictures = [found[name] for name in ids]
    steps: dict[str, Step] = {
        "… prepare": lambda: prepare(photo.content),
        "… fingerprint of the query": lambda: computes.query(picture),
        "… candidates": lambda: in_verification_order(
            storage.vectors.nearest(query.rows, nearest_for(size))
        ),
        "… their pictures": lambda: storage.pictures.get_many(ids),
        "… verification of the first": lambda: next(
            verifier.verify(picture, query, pictures, size)
        ),
        f"… verification of {len(pictures)}": lambda: [
            *verifier.verify(picture, query, pictures, size)
        ],
        _CHECK: partial(_check, catalogue.matcher, photo.content, CheckOptions()),
        _HTTP: lambda: _ask(catalogue.connection, photo.content),
    }
    for effort, name in _EFFORTS.items():
        options = CheckOptions(effort=effort)
        steps[name] = partial(_check, catalogue.matcher, photo.content, options)
    return {f"{name}|{kind}": step for name, step in steps.items()}


def _check(matcher: CatalogueMatcher, content: bytes, options: CheckOptions) -> None:
    matcher.check(prepare(content), options)


def _ask(connection: http.client.HTTPConnection, content: bytes) -> None:
    connection.request("POST", "/find_similar", content, {"Content-Type": "image/jpeg"})
    response = connection.getresponse()
    answer = json.loads(response.read())
    if "is_duplicate" not in answer:
        raise AssertionError(f"the service answered {response.status}: {answer}")


@contextmanager
def _catalogue(
    left_out: AbstractSet[str], workload: CheckWorkload, core: int
) -> Iterator[Catalogue]:
    """Sample photographs except some, and synthetic ones; the server stays on this core."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        settings = LocalSettings(Path(folder))
        storage = stack.enter_context(closing(open_storage(settings.data)))
        computes = fingerprinter()
        fill(storage, computes, left_out, workload)
        address, server = stack.enter_context(served(settings.data, core))
        host = urlsplit(address).netloc
        connection = stack.enter_context(closing(http.client.HTTPConnection(host, timeout=60)))
        matcher = build_matcher(storage, computes)
        yield Catalogue(storage, matcher, computes, connection, server)


def fill(
    storage: EmbeddedStorage,
    computes: PictureFingerprinter,
    left_out: AbstractSet[str],
    workload: CheckWorkload,
) -> None:
    """Store sample photographs, except those that are left out, and synthetic ones."""
    held = [path for path in paths()[: workload.sample] if path.name not in left_out]
    found: dict[str, Fingerprint] = {
        path.name: computes.fingerprint(prepare(path.read_bytes())) for path in held
    }
    synthetic = synthetic_entries(
        found, compute_embeddings(held, 1), workload.pictures - len(found), seed=1
    )
    every = [*found.values(), *synthetic.fingerprints.values()]
    pictures = [Picture(fingerprint, LAST_SEEN) for fingerprint in every]
    with storage.transaction():
        storage.pictures.put_many(pictures)
        storage.products.put_many([product_of(each, row) for row, each in enumerate(pictures)])
