"""The kinds of vector indices that a deployment may have."""

from __future__ import annotations

from enum import StrEnum


class IndexKind(StrEnum):
    """A kind of index on AWS."""

    OPENSEARCH = "opensearch"
    """A search service: a domain, or a serverless collection."""
    SMALL = "small"
    """In the memory of the functions, up to two million pictures."""
