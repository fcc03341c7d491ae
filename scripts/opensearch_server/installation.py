"""Installs OpenSearch with the k-NN plugin from two archives of a Maven repository.

The server is the one of OpenSearch's own integration tests, and the plugin comes without its native
libraries. So the Lucene engine works, and the Faiss engine works if no graph is built
(``index.knn.advanced.approximate_threshold: -1``).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.opensearch_server.download import Artifact, download
from scripts.opensearch_server.maven import repository

VERSION = "3.6.0"
SERVER = Artifact(
    f"org/opensearch/distribution/integ-test-zip/opensearch/{VERSION}/opensearch-{VERSION}.zip",
    "a91faa1dc1cadc78cb278b4f63847e19e1627a4e9de698e14e7efc14ee37b286",
)
KNN = Artifact(
    f"org/opensearch/plugin/opensearch-knn/{VERSION}.0/opensearch-knn-{VERSION}.0.zip",
    "ac392ca28a39b3bf290648a422ef30cb149dda2963a9d7feb26060e932341c9a",
)
MODULES = {"lang-painless", "transport-grpc", "transport-netty4", "mapper-extras", "reindex"}
"""Modules to keep; k-NN needs the first two. ``analysis-common`` needs locales that the Java
runtime from PyPI lacks; no index could be created with it."""


def cache_folder() -> Path:
    """The folder that keeps the installation and incomplete downloads between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base, "lookalike", "opensearch")


def installed(cache: Path) -> Path:
    """The home folder of the server, downloaded and installed if it is not there.

    Several processes may call this at once: the others wait for the one that installs.
    """
    home = cache / f"{VERSION}-knn"
    with _locked(cache):
        if not home.is_dir():
            source = repository(os.environ)
            server, plugin = (download(artifact, source, cache) for artifact in (SERVER, KNN))
            with tempfile.TemporaryDirectory(dir=cache) as folder:
                _assemble(server, plugin, Path(folder)).replace(home)
            server.unlink()
            plugin.unlink()
    return home


def _assemble(server: Path, plugin: Path, folder: Path) -> Path:
    with zipfile.ZipFile(server) as archive:
        archive.extractall(folder)
    home = folder / f"opensearch-{VERSION}"
    for module in (home / "modules").iterdir():
        if module.name not in MODULES:
            shutil.rmtree(module)
    with zipfile.ZipFile(plugin) as archive:
        archive.extractall(home / "plugins" / "opensearch-knn")
    return home


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
