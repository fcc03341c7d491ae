"""``python -m tests.clients.contract FILE`` writes the OpenAPI document of all routes."""

from __future__ import annotations

import sys
from pathlib import Path

from lookalike.http.contract import document
from lookalike.http.resolver import with_routes
from lookalike.local.http_server.concurrent_resolver import ConcurrentRestResolver
from tests.service import some_parts


def main(file: Path) -> None:
    """Write the document; its folder is created."""
    with some_parts() as parts:
        resolver = with_routes(ConcurrentRestResolver(), parts.routers())
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(document(resolver, "0.1.0"), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
