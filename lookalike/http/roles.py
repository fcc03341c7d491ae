"""Which route needs which role, where API keys are needed."""

from __future__ import annotations

from collections.abc import Mapping

from lookalike.storage.api_keys import Role

METRICS = "GET /metrics"

ROLES: Mapping[str, Role | None] = {
    # A browser opens pages without a key; the requests of these pages need one.
    "GET /": None,
    "GET /assets/<name>": None,
    "GET /docs": None,
    "GET /openapi.json": None,
    "GET /health": None,
    "GET /status": Role.READ,
    "GET /events": Role.READ,
    METRICS: Role.ADMIN,
    "GET /pictures/.+": Role.READ,
    "GET /thumbnails": Role.READ,
    "GET /find_similar": Role.READ,
    "POST /find_similar": Role.READ,
    "POST /find_similar/batch": Role.READ,
    "POST /compare": Role.READ,
    "GET /search": Role.READ,
    "POST /search": Role.READ,
    "GET /products": Role.READ,
    "GET /products/<entity_id>": Role.READ,
    "PUT /products/<entity_id>": Role.WRITE,
    "DELETE /products/<entity_id>": Role.WRITE,
    "GET /imports": Role.READ,
    "POST /imports": Role.WRITE,
    "POST /import_previews": Role.READ,
    "GET /imports/<import_id>": Role.READ,
    "GET /imports/<import_id>/failures": Role.READ,
    "DELETE /imports/<import_id>": Role.WRITE,
    "POST /imports/<import_id>/resume": Role.WRITE,
    "POST /duplicates": Role.WRITE,
    "GET /duplicates/<run_id>": Role.READ,
    "DELETE /duplicates/<run_id>": Role.WRITE,
    "GET /duplicates/<run_id>/groups": Role.READ,
    "PUT /decisions": Role.WRITE,
    "GET /decisions": Role.READ,
    "DELETE /decisions/<decision_id>": Role.WRITE,
}
"""By method and path, as the route is declared; ``None``: nobody needs a key. A route that is not
listed needs the highest role, and a test holds that all are."""
