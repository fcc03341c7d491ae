"""Running commands with the programs of the virtual environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_MAX_SECONDS = 240


def run(*command: str | Path, folder: Path) -> str:
    """What a command prints.

    Raises:
        AssertionError: the command failed; the message has what it printed.
    """
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603 - commands of the tests
        command,
        cwd=folder,
        env=os.environ | {"PATH": programs, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=_MAX_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
