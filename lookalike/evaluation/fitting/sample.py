"""One sample that the classifier is fitted to."""

from __future__ import annotations

from typing import NamedTuple

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
    """

    query: int
    entry: int
    candidate: int
    edit: str
    recoloured: bool
    features: dict[str, float]
    nearest: int = DeepHash.layout.bits
    is_about_colours: bool = False
