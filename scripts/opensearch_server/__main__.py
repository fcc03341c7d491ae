"""``python -m scripts.opensearch_server``: run a node until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import threading
from contextlib import suppress

from scripts.opensearch_server.server import (
    FULL_SPEED,
    QUICK_START,
    JavaOptions,
    OpenSearchServer,
)


def main() -> None:
    """Start the server, print its address, and wait."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = argparse.ArgumentParser(description="Run OpenSearch with k-NN on loopback.")
    parser.add_argument("--heap", default="512m", help="size of Java's heap (512m, 2g)")
    parser.add_argument(
        "--full-speed", action="store_true", help="run with the settings of servers, to measure"
    )
    arguments = parser.parse_args()
    flags = FULL_SPEED if arguments.full_speed else QUICK_START
    with OpenSearchServer(JavaOptions(arguments.heap, flags)) as server:
        print(f"OpenSearch is ready at {server.url}. Ctrl-C stops it and removes its data.")
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
