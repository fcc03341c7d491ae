"""One sample that the classifier is fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.deep_hash import DeepHash

SIBLINGS = "other_sibling"
"""In place of an edit: the pair are siblings as they are, and share nothing that was made."""


class Sample(NamedTuple):
    """The features of one candidate of one query.

    Attributes:
        query: number of the query.
        entry: number of the catalogue entry whose picture was edited into the query.
        candidate: number of the entry that the query was verified against.
        edit: name of the edit, of what a pair was made to share, or ``SIBLINGS``.
        recoloured: whether a person sees that the query was recoloured.
        features: by name, as of ``similarity_features``.
        nearest: bits (0 to 512) between the deep hashes of the candidate and of the nearest other
            picture, the query's own product left out where the candidate is of another one.
        is_about_colours: whether the query is one of ``colour_queries``.
        lacking: as of ``telling.lacking``, against the sibling among the candidates: of another
            photograph, and not of the query's product where the candidate is of another one.
    """

    query: int
    entry: int
    candidate: int
    edit: str
    recoloured: bool
    features: dict[str, float]
    nearest: int = DeepHash.layout.bits
    is_about_colours: bool = False
    lacking: float = 0.0


def columns(samples: Sequence[Sample]) -> dict[str, NDArray[Any]]:
    """The arrays by which files hold samples, by name; but for the features' names, by sample."""
    return {
        "feature_names": np.array(list(samples[0].features) if samples else [], np.str_),
        "features": np.array([list(sample.features.values()) for sample in samples], np.float32),
        "numbers": np.array([(s.query, s.entry, s.candidate, s.nearest) for s in samples], int),
        "edits": np.array([sample.edit for sample in samples], np.str_),
        "recoloured": np.array([sample.recoloured for sample in samples], np.bool_),
        "about_colours": np.array([sample.is_about_colours for sample in samples], np.bool_),
        "lacking": np.array([sample.lacking for sample in samples], np.float32),
    }
