"""``python -m tests.fetched`` downloads what tests start, so that they need no network themselves.

Existing downloads are kept: OpenSearch and the generator of clients from a Maven repository; the
TypeScript compiler from npm; the emulator of AWS, the wheels of the functions' zips and of an empty
environment from a Python package index.
"""

from __future__ import annotations

from scripts.opensearch_server.installation import cache_folder
from scripts.opensearch_server.installation import installed as opensearch_installed
from tests.bundles import all_bundles
from tests.clients.generator import installed as generator_installed
from tests.clients.typescript import installed as typescript_installed
from tests.e2e.emulator import installed as emulator_installed
from tests.wheels import wheels


def main() -> None:
    """Download everything, and print the paths."""
    print(f"OpenSearch: {opensearch_installed(cache_folder())}", flush=True)
    print(f"Wheels: {wheels()}", flush=True)
    print(f"Generator of clients: {generator_installed()}", flush=True)
    print(f"TypeScript: {typescript_installed()}", flush=True)
    print(f"Emulator of AWS: {emulator_installed()}", flush=True)
    for folder in all_bundles():
        print(f"Bundle: {folder}", flush=True)


if __name__ == "__main__":
    main()
