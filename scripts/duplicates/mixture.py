"""A catalogue of photographs with edited copies of some of them mixed in as further products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lookalike.evaluation.edits import CHAINS, EDITS, apply
from lookalike.evaluation.questions.seeding import digest_number
from lookalike.images.preparation import prepare

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


@dataclass(frozen=True, slots=True)
class MixedProduct:
    """A product of the mixture.

    Attributes:
        entity_id: unique; names the edit of an edited copy.
        photograph: entity id of the photograph that it was made of: its own, unless it is a copy.
        path: of its picture.
        edit: that made it; empty for a photograph as it is.
    """

    entity_id: str
    photograph: str
    path: Path
    edit: str = ""


def mixture(photographs: Path, copies: int, folder: Path, seed: int) -> list[MixedProduct]:
    """The photographs of a folder, and edited copies of photographs that are drawn from them.

    Each copy's edit is drawn from all single edits and chains; among the last ten are all chains,
    one each. A photograph may be drawn twice.

    Args:
        photographs: a folder of pictures.
        copies: how many edited copies are made.
        folder: receives them; those that are there already are kept.
        seed: of all choices.
    """
    files = sorted(path for path in photographs.iterdir() if path.suffix.lower() in SUFFIXES)
    folder.mkdir(parents=True, exist_ok=True)
    originals = [MixedProduct(path.stem, path.stem, path) for path in files]
    return [*originals, *_copies(files, _edits(copies, seed), folder, seed)]


def _edits(copies: int, seed: int) -> list[str]:
    """Names of edits: single ones at random, then every chain once."""
    rng = np.random.default_rng(seed)
    singles = [name for name in EDITS if name != "unchanged"]
    drawn = rng.choice(singles, max(0, copies - len(CHAINS))).tolist()
    return [*drawn, *CHAINS][:copies]


def _copies(
    files: Sequence[Path], edits: Sequence[str], folder: Path, seed: int
) -> Iterator[MixedProduct]:
    chosen = np.random.default_rng(seed + 1).choice(len(files), len(edits))
    for number, (edit, index) in enumerate(zip(edits, chosen.tolist(), strict=True)):
        original = files[index]
        copy = folder / f"copy-{number:04}-{edit}.jpg"
        if not copy.exists():
            picture = prepare(original.read_bytes()).whole
            copy.write_bytes(apply(edit, picture, digest_number(seed, edit, original.stem)))
        yield MixedProduct(copy.stem, original.stem, copy, edit)
