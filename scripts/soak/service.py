"""The service that is observed: ``lookalike serve`` with the sample catalogue, on loopback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.benchmarks.pictures import SAMPLE

PATIENCE = 60
"""Seconds that the service may take to end."""


@dataclass(frozen=True)
class ObservedService:
    """A running service.

    Attributes:
        url: where it answers.
        process: its id.
    """

    url: str
    process: int


@contextmanager
def observed_service() -> Iterator[ObservedService]:
    """Serve the sample catalogue on a free port within the block.

    Raises:
        RuntimeError: the service does not start, or does not end well.
    """
    with TemporaryDirectory() as folder:
        root = ["--images-root", str(SAMPLE)]
        catalogue = str(SAMPLE / "catalogue.csv")
        subprocess.run(  # noqa: S603 - our own program
            _command("import", catalogue, "--data", folder, *root), check=True, env=_environment()
        )
        log = Path(folder) / "log"
        serve = ("serve", "--data", folder, "--port", "0", "--allow-private-hosts", *root)
        with log.open("wb") as output, _started(_command(*serve), output.fileno()) as process:
            yield ObservedService(_url(process, log), process.pid)
        if process.returncode != 0:
            raise RuntimeError(f"The service has ended with {process.returncode}:\n{_end(log)}")


@contextmanager
def _started(command: Sequence[str], output: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own, since Ctrl-C is not for it; ended with the block."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=output, stderr=output, env=_environment(), start_new_session=True
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "lookalike", *words]


def _environment() -> dict[str, str]:
    """Without settings of the developer's machine."""
    own = ("LOOKALIKE_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy")
    return {name: value for name, value in os.environ.items() if not name.startswith(own)}


def _url(process: subprocess.Popen[bytes], log: Path) -> str:
    while True:
        if found := re.search(r"serves (http://\S+)", log.read_text("utf-8", errors="replace")):
            return found[1]
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError(f"The service does not start:\n{_end(log)}")


def _end(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-20:])
