"""The wheels of what one machine needs, for tests that install it into an empty environment."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ROOT / "requirements.txt"


def wheels() -> Path:
    """A folder with all of them, for this interpreter; they are downloaded once.

    Raises:
        subprocess.CalledProcessError: the package index does not have one, or is out of reach.
    """
    pinned = f"{sys.version_info[:2]} {REQUIREMENTS.read_text(encoding='utf-8')}"
    folder = ROOT / ".cache" / "wheels" / hashlib.sha256(pinned.encode()).hexdigest()[:16]
    complete = folder / "complete"
    if not complete.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        subprocess.run(  # noqa: S603 - our own requirements
            [
                *pip,
                "--only-binary",
                ":all:",
                "--dest",
                folder,
                "--require-hashes",
                "-r",
                REQUIREMENTS,
            ],
            check=True,
        )
        complete.touch()
    return folder
