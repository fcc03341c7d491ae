"""What OpenSearch is run as."""

from __future__ import annotations

from enum import StrEnum


class OpenSearchService(StrEnum):
    """What requests to OpenSearch are signed for."""

    MANAGED = "es"
    SERVERLESS = "aoss"
    UNSIGNED = "none"
    """Only for a server on loopback, in a test environment."""
