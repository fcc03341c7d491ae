"""Evidence of edited copies, and of what looks most like them.

Every picture is asked about under some edits drawn at random, and each query is held against its
own picture, others of its product, and the most promising pictures of other products, as a check
would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import (
    CHAINS,
    EDITS,
    RANDOM,
    RECOLOURINGS,
    apply,
    visibly_recoloured,
)
from lookalike.evaluation.parallel import results
from lookalike.fingerprint.fingerprinter import PictureFingerprinter
from lookalike.fingerprint.hash_algorithm import QueryFingerprint
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import prepare
from lookalike.matching.candidates import NEAREST, by_promise
from lookalike.pictures import Fingerprint, Picture
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.verification.candidate import Candidate
from lookalike.verification.features import similarity_terms
from lookalike.verification.query import QueryPicture

UNCHANGED = "unchanged"
QUERIES_A_PICTURE = 7
"""Under edits drawn at random, beside the picture as it is and two recolourings."""
OFTEN = (
    *("crop25", "crop_area30", "crop_area40", "random_crop", "perspective15", "rotate15"),
    *("background_white", "logo15", "banner_bottom15", "watermark_big", "background_replaced"),
    *("random_chain", "random_chain", "random_geometry", "random_overlay", "random_light"),
    *("dark50", "grey", "contrast150", "contrast50", "warm", "vintage", "bright150"),
    *("bright150", "random_light", "background_replaced"),
)
"""Edits that are hard: one query in three is of these."""
THEN = ("crop10", "random_crop", "pad_white10", "random_frame", "random_quality")
"""What follows the second recolouring."""
STRANGERS = 6
"""Pictures of other products that each query is held against."""
RELATIVES = 3
"""Pictures of its own product, at most."""
SEED = 11


class Question(NamedTuple):
    """A picture under an edit, and perhaps another one after it."""

    entry: int
    edit: str
    seed: int
    then: str = ""


class Row(NamedTuple):
    """The evidence of one candidate of one query.

    Attributes:
        query: number of the query.
        entry: of the asked picture.
        candidate: entry that it is held against.
        edit: by its name.
        recoloured: whether a person sees that the query was recoloured.
        terms: what was found, by the names of ``similarity_terms``.
    """

    query: int
    entry: int
    candidate: int
    edit: str
    recoloured: bool
    terms: dict[str, float]


def questions(entries: Sequence[Entry]) -> list[Question]:
    """What is asked, in a random order."""
    rng = np.random.default_rng(SEED)
    every = [edit for edit in (*EDITS, *CHAINS, *RANDOM) if edit != UNCHANGED]
    asked = []
    for number in range(len(entries)):
        hard = rng.random(QUERIES_A_PICTURE) < 1 / 3
        drawn = [str(rng.choice(OFTEN if often else every)) for often in hard]
        edits = [(edit, "") for edit in (UNCHANGED, *drawn)]
        edits += [
            (str(rng.choice(list(RECOLOURINGS))), then) for then in ("", str(rng.choice(THEN)))
        ]
        asked += [Question(number, edit, int(rng.integers(2**31)), then) for edit, then in edits]
    return [asked[place] for place in rng.permutation(len(asked))]


@dataclass
class _Process:
    """What each process holds."""

    entries: Sequence[Entry]
    network: Network
    fingerprinter: PictureFingerprinter
    storage: MemoryStorage
    pictures: list[Picture]
    """Of every entry."""
    numbers: dict[str, list[int]]
    """Entries by the fingerprint id that they show."""


_process: list[_Process] = []


def process() -> _Process:
    """What this process holds, once it is loaded."""
    return _process[0]


def load() -> None:
    """What computes fingerprints, once in each process."""
    network = Network.load()
    fingerprinter = PictureFingerprinter(network)
    _process[:] = [_Process([], network, fingerprinter, MemoryStorage(ALGORITHM_VERSION), [], {})]


def _stock(entries: Sequence[Entry], fingerprints: Sequence[Fingerprint]) -> None:
    load()
    held = process()
    held.entries = entries
    held.pictures = [Picture(fingerprint, last_seen=0) for fingerprint in fingerprints]
    for number, picture in enumerate(held.pictures):
        held.numbers.setdefault(picture.fingerprint_id, []).append(number)
    held.storage.pictures.put_many(held.pictures)


def _fingerprint(path: Path) -> Fingerprint:
    return process().fingerprinter.fingerprint(prepare(path.read_bytes()))


def photo(path: Path) -> Image.Image:
    """The picture in a file, in RGB."""
    with Image.open(path) as opened:
        return opened.convert("RGB")


def _gather(numbered: tuple[int, Question]) -> list[Row]:
    number, question = numbered
    held = process()
    entry = held.entries[question.entry]
    original = photo(entry.path)
    picture = prepare(apply(question.edit, original, question.seed))
    recoloured = question.edit in RECOLOURINGS and visibly_recoloured(original, picture.whole)
    if question.then:
        picture = prepare(apply(question.then, picture.whole, question.seed))
    query = held.fingerprinter.query(picture)
    if query.fingerprint.is_featureless:
        return []
    view = QueryPicture(picture, query, held.network)
    return [
        Row(number, question.entry, candidate, question.edit, recoloured, terms_of(view, stored))
        for candidate, stored in _candidates(held, question.entry, query)
    ]


def terms_of(query: QueryPicture, stored: Picture) -> dict[str, float]:
    """What a look at a stored picture finds."""
    return similarity_terms(Candidate(stored, query).examine())


def _candidates(held: _Process, own: int, query: QueryFingerprint) -> Iterator[tuple[int, Picture]]:
    """The own picture, some of the same product, and the most promising others."""
    group = held.entries[own].group
    relatives = [n for n, entry in enumerate(held.entries) if entry.group == group and n != own]
    yield own, held.pictures[own]
    for number in relatives[:RELATIVES]:
        yield number, held.pictures[number]
    strangers = 0
    for name in by_promise(held.storage.vectors.nearest(query.rows, NEAREST)):
        number = held.numbers[name][0]
        if all(held.entries[n].group != group for n in held.numbers[name]):
            yield number, held.pictures[number]
            strangers += 1
        if strangers == STRANGERS:
            return


def gather(entries: Sequence[Entry], workers: int, share: float) -> list[Row]:
    """The evidence of all questions, or of a share of them."""
    fingerprints = list(
        results(_fingerprint, [e.path for e in entries], workers, "fingerprints", load)
    )
    asked = list(enumerate(questions(entries)))
    asked = asked[: round(share * len(asked))]
    found = results(_gather, asked, workers, "evidence", _stock, entries, fingerprints)
    return [row for rows in found for row in rows]
