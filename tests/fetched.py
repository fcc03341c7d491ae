"""``python -m tests.fetched`` downloads what tests start, so that they need no network themselves.

Several are downloaded at a time, and existing downloads are kept: OpenSearch and the generator of
clients from a Maven repository; the TypeScript compiler from npm; the emulator of AWS, the wheels
of the functions' zips and of an empty environment from a Python package index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path

from scripts.opensearch_server.installation import cache_folder
from scripts.opensearch_server.installation import installed as opensearch_installed
from tests.bundles import bundled, checks_with_faiss, every_bundle
from tests.clients.generator import installed as generator_installed
from tests.clients.typescript import installed as typescript_installed
from tests.e2e.emulator import installed as emulator_installed
from tests.wheels import wheels

AT_ONCE = 4
"""Downloads; most of their time is spent on waiting, and on unpacking on another core."""


def main() -> None:
    """Download everything, and print the paths.

    Raises:
        Exception: whatever a download has failed with; the others have ended by then.
    """
    with ThreadPoolExecutor(AT_ONCE) as threads:
        names = {threads.submit(fetch): name for name, fetch in _steps()}
        for done in as_completed(names):
            print(f"{names[done]}: {done.result()}", flush=True)


def _steps() -> Iterator[tuple[str, Callable[[], Path]]]:
    """What is downloaded: what takes longest first."""
    yield "Emulator of AWS", emulator_installed
    yield "OpenSearch", partial(opensearch_installed, cache_folder())
    yield "Wheels", wheels
    yield "TypeScript", typescript_installed
    yield "Generator of clients", generator_installed
    for contents, architecture in every_bundle():
        yield "Bundle", partial(bundled, contents, architecture)
    yield "Bundle", checks_with_faiss


if __name__ == "__main__":
    main()
