"""The TypeScript compiler, from npm."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from tests.clients.commands import run
from tests.e2e.emulator import ROOT

_PACKAGES = [Path(__file__).with_name(name) for name in ("package.json", "package-lock.json")]


def installed() -> Path:
    """The compiler, 31 MB, installed once for each version of its requirements."""
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in _PACKAGES)).hexdigest()[:16]
    folder = ROOT / ".cache" / f"typescript-{digest}"
    is_complete = folder / "complete"
    if not is_complete.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in _PACKAGES:
            shutil.copy(file, folder)
        run("npm", "ci", "--silent", "--no-audit", "--no-fund", folder=folder)
        is_complete.touch()
    return folder / "node_modules" / ".bin" / "tsc"
