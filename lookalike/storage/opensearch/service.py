"""What OpenSearch is run as, and what our indices are called there."""

from __future__ import annotations

from enum import StrEnum

INDEX_BASE = "pictures"
"""What names of indices and aliases begin with, unless somebody wants another."""


class OpenSearchService(StrEnum):
    """What requests to OpenSearch are signed for."""

    MANAGED = "es"
    SERVERLESS = "aoss"
    UNSIGNED = "none"
    """Only for a server on loopback, in a test environment."""
