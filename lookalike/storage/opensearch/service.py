"""How OpenSearch is run, and the prefix of our indices."""

from __future__ import annotations

from enum import StrEnum

INDEX_BASE = "pictures"
"""Default prefix of the names of indices and aliases."""
LOOKS_BASE = "looks"
"""The same of indices of products by looks."""


class OpenSearchService(StrEnum):
    """The service that requests to OpenSearch are signed for."""

    MANAGED = "es"
    SERVERLESS = "aoss"
    UNSIGNED = "none"
    """Only for a server on loopback, in a test environment."""
