"""The product with which a deployment checks itself."""

from __future__ import annotations

ENTITY_ID = "lookalike-service-check"
"""It is registered for moments; whatever is left of an earlier check is replaced. No feed names it,
and no sync is about it."""
