"""``python -m tests.fetched``: have what tests start, so that they need no network themselves.

What is there is not fetched again: OpenSearch and the generator of clients from a Maven repository;
the TypeScript compiler from npm; the emulator of AWS, the wheels of the functions' zips and of an
empty environment from a Python package index.
"""

from __future__ import annotations

from infra.bundling import bundle
from infra.environments import Target, emulated_environment
from infra.function_specs import BUNDLED
from scripts.opensearch_server.installation import cache_folder
from scripts.opensearch_server.installation import installed as opensearch_installed
from tests.clients.generator import installed as generator_installed
from tests.clients.typescript import installed as typescript_installed
from tests.e2e.emulator import installed as emulator_installed
from tests.wheels import wheels


def main() -> None:
    """Fetch, and say where it is."""
    print(f"OpenSearch: {opensearch_installed(cache_folder())}", flush=True)
    print(f"Wheels: {wheels()}", flush=True)
    print(f"Generator of clients: {generator_installed()}", flush=True)
    print(f"TypeScript: {typescript_installed()}", flush=True)
    print(f"Emulator of AWS: {emulator_installed()}", flush=True)
    deployed = {Target(architecture=architecture) for architecture in ("arm64", "x86_64")}
    for target in {*deployed, emulated_environment().target}:
        for spec in BUNDLED:
            print(f"Bundle: {bundle(spec.name, spec.contents, target)}", flush=True)


if __name__ == "__main__":
    main()
