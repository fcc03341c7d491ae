"""The server process of the HTTP benchmarks: serves on a free port, and prints the address."""

from __future__ import annotations

import argparse
import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lookalike.local.http_server.server import serve
from lookalike.local.service import service
from lookalike.local.settings import LocalSettings
from scripts.benchmarks.machine import ONE_THREAD, stay_on


@contextmanager
def served(data: Path, core: int | None = None) -> Iterator[tuple[str, int]]:
    """Address and process id of a server of this folder.

    Args:
        data: the data folder.
        core: the only one that the server may use; ``None``: it may use all.
    """
    command = [sys.executable, "-m", "scripts.benchmarks.serving", str(data)]
    process = subprocess.Popen(  # noqa: S603 - our own module
        command if core is None else [*command, str(core)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | ONE_THREAD,
    )
    try:
        yield (process.stdout or io.StringIO()).readline().strip(), process.pid
    finally:
        process.terminate()
        process.communicate()


def main() -> None:
    """Serve a data folder until SIGTERM, logging as ``lookalike serve`` does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("core", type=int, nargs="?", help="the only one that it may use")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    if arguments.core is not None:
        stay_on(arguments.core)
    with service(LocalSettings(arguments.data)) as application:
        serve(application, "127.0.0.1", 0, lambda url: print(url, flush=True))


if __name__ == "__main__":
    main()
