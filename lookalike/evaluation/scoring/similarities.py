"""How similar methods find a picture and its edited copy, in pairs instead of in a catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lookalike.errors import LookalikeError
from lookalike.evaluation.benchmark import Measured
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import encode
from lookalike.evaluation.edits.published import IMAGE_SEARCH_EDITS
from lookalike.evaluation.methods.hashes import ImageSearch
from lookalike.evaluation.methods.ours import Ours, match_probability
from lookalike.evaluation.parallel import results
from lookalike.evaluation.questions.seeding import digest_number
from lookalike.evaluation.settings import EvaluationSettings
from lookalike.images.preparation import prepare

MAX_PICTURES = 50
"""Pictures of each domain, as many as in imageSearch's study."""

Similarities = dict[str, dict[str, float]]
"""Mean similarity over the pictures, 0 to 1: by title of the method, then by edit."""


def similarities_of(measured: Measured) -> dict[str, Similarities]:
    """The similarities on every catalogue; empty unless a run compares both methods."""
    settings = measured.settings
    if not {ImageSearch.name, Ours.name} <= {*settings.methods}:
        return {}
    queried = {
        domain: [entry for entry in measured.queried if entry.domain == domain]
        for domain in measured.domains
    }
    return {
        domain: mean_similarities(entries, settings, measured.models.get(domain))
        for domain, entries in queried.items()
        if entries
    }


def mean_similarities(
    entries: Sequence[Entry], settings: EvaluationSettings, models: Path | None = None
) -> Similarities:
    """The similarities of imageSearch's hash and of Lookalike's percentage on some pictures.

    Args:
        entries: of one catalogue, at least one.
        settings: of the run.
        models: the folder of the models; ``None``: the shipped ones.
    """
    size = settings.sample_size
    order = sorted(entries, key=lambda entry: digest_number(size.seed, entry.entity_id))
    sample = order[: min(MAX_PICTURES, size.unrelated)]
    titles = (ImageSearch.title, f"{Ours.title} (match)")
    pairs = [(entry.path, models) for entry in sample]
    found = list(results(_similarities, pairs, settings.workers, "Comparing pairs"))
    means = np.mean(found, axis=0)
    return {
        title: {edit: float(value) for edit, value in zip(IMAGE_SEARCH_EDITS, row, strict=True)}
        for title, row in zip(titles, means.T, strict=True)
    }


def _similarities(asked: tuple[Path, Path | None]) -> list[tuple[float, float]]:
    """For each edit, the similarities of one picture and its edited copy by both methods."""
    path, models = asked
    picture = prepare(path.read_bytes()).whole
    original, image_search = encode(picture), ImageSearch()
    copies = [encode(edit(picture)) for edit in IMAGE_SEARCH_EDITS.values()]
    return [
        (image_search.similarity(copy, original), _match(copy, original, models)) for copy in copies
    ]


def _match(copy: bytes, original: bytes, models: Path | None) -> float:
    try:
        return match_probability(copy, original, models)
    except LookalikeError:  # too little is left of the picture
        return 0.0
