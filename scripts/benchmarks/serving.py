"""The server process of the HTTP benchmark: serves on a free port, and prints the address."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from lookalike.local.http_server.server import serve
from lookalike.local.service import service
from lookalike.local.settings import LocalSettings
from scripts.benchmarks.machine import stay_on


def main() -> None:
    """Serve a data folder until SIGTERM, logging as ``lookalike serve`` does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("core", type=int)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    stay_on(arguments.core)
    with service(LocalSettings(arguments.data)) as application:
        serve(application, "127.0.0.1", 0, lambda url: print(url, flush=True))


if __name__ == "__main__":
    main()
