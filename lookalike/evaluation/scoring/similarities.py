"""How alike methods find a picture and its edited copy, without a catalogue between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lookalike.errors import LookalikeError
from lookalike.evaluation.benchmark import Measured, Settings
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import encode
from lookalike.evaluation.methods.hashes import ImageSearch
from lookalike.evaluation.methods.ours import Ours, compared
from lookalike.evaluation.parallel import results
from lookalike.evaluation.questions.ground_truth import number_of
from lookalike.evaluation.scoring.published_figures import IMAGE_SEARCH
from lookalike.images.preparation import prepare

PICTURES = 50
"""Pictures of each domain, as many as in imageSearch's study."""

Similarities = dict[str, dict[str, float]]
"""By title of the method, by edit: the mean over the pictures, 0 to 1."""


def similarities_of(measured: Measured) -> dict[str, Similarities]:
    """Of every catalogue of a run, if both methods are among those it compares."""
    settings = measured.settings
    if not {ImageSearch.name, Ours.name} <= {*settings.methods}:
        return {}
    return {
        domain: mean_similarities(
            [entry for entry in measured.asked if entry.domain == domain], settings
        )
        for domain in measured.domains
    }


def mean_similarities(entries: Sequence[Entry], settings: Settings) -> Similarities:
    """Of imageSearch's hash and of Lookalike's percentage, over some pictures."""
    amount = settings.amount
    order = sorted(entries, key=lambda entry: number_of(amount.seed, entry.entity_id))
    picked = order[: min(PICTURES, amount.unrelated)]
    titles = (ImageSearch.title, f"{Ours.title} (match)")
    found = list(results(_of_one, picked, settings.workers, "Comparing pairs"))
    means = np.mean(found, axis=0)
    return {
        title: {edit.edit: float(value) for edit, value in zip(IMAGE_SEARCH, row, strict=True)}
        for title, row in zip(titles, means.T, strict=True)
    }


def _of_one(entry: Entry) -> list[tuple[float, float]]:
    """For each edit, the similarities of one picture and its edited copy."""
    content = entry.path.read_bytes()
    picture = prepare(content).whole
    original, search = encode(picture), ImageSearch()
    copies = [encode(edit.change(picture)) for edit in IMAGE_SEARCH]
    return [(search.similarity(copy, original), _matched(copy, original)) for copy in copies]


def _matched(copy: bytes, original: bytes) -> float:
    try:
        return compared(copy, original)
    except LookalikeError:  # too little is left of the picture
        return 0.0
