"""An emulator of AWS on loopback, in a virtual environment of its own.

What it requires contradicts what Lookalike requires; functions run on its interpreter, and their
zips are built for ours, so both are of one version.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
from uv import find_uv_bin

ROOT = Path(__file__).parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
ACCOUNT = "111111111111"
REGION = "eu-central-1"
PATIENCE = 1200
"""Seconds after which a step is given up; none should come near."""
_STRANGE = ("AWS_", "LOOKALIKE_", "CDK_", "MINISTACK_", "PYTHON")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator.

    Attributes:
        url: where it answers for all services.
        log: what it and the functions wrote.
    """

    url: str
    log: Path

    def environment(self) -> dict[str, str]:
        """Variables that make AWS's tools and libraries call only the emulator."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "of-no-account",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1,localhost",
        }


@contextmanager
def emulator(opensearch_url: str) -> Iterator[Emulator]:
    """An emulator without any resources, whose domains are that server; gone after the block.

    Raises:
        subprocess.CalledProcessError: it cannot be installed; uv has said why.
        AssertionError: it does not start; the message has its log.
    """
    program = installed()
    with tempfile.TemporaryDirectory(prefix="lookalike-emulator-") as folder:
        started = Emulator(f"http://127.0.0.1:{_free_port()}", Path(folder, "log"))
        with started.log.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - what we have installed
                [program],
                cwd=folder,
                env=_variables(started.url, opensearch_url, folder),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _wait_until_ready(process, started)
            yield started
        finally:
            _end(process)


def clean_environment() -> dict[str, str]:
    """Without what belongs to this process and to AWS accounts of the machine."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_STRANGE)}


def installed() -> Path:
    """The program, in an environment that is built once for each interpreter and requirements.

    Raises:
        subprocess.CalledProcessError: it cannot be installed; uv has said why.
    """
    digest = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:16]
    built = ROOT / ".cache" / f"emulator-{digest}"
    is_complete = built / "complete"
    if not is_complete.exists():
        shutil.rmtree(built, ignore_errors=True)
        _uv("venv", "--python", sys.executable, str(built))
        interpreter = str(built / "bin" / "python")
        pinned = ("--require-hashes", "--requirement", str(REQUIREMENTS))
        _uv("pip", "install", "--python", interpreter, *pinned)
        is_complete.touch()
    return built / "bin" / "ministack"


def _uv(*arguments: str) -> None:
    subprocess.run(  # noqa: S603 - uv of our own requirements, on our own arguments
        [find_uv_bin(), *arguments, "--quiet", "--no-config"], check=True, timeout=PATIENCE
    )


def _variables(url: str, opensearch_url: str, folder: str) -> Mapping[str, str]:
    ours = {name: text for name, text in clean_environment().items() if name not in _PROXIES}
    return ours | {
        "PATH": f"{ROOT}/.venv/bin:{ours['PATH']}",  # has Node, for functions of the CDK
        "GATEWAY_PORT": str(urlsplit(url).port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",  # it would open another port
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_OPENSEARCH_ENDPOINT": urlsplit(opensearch_url).netloc,
        "STATE_DIR": f"{folder}/state",
        "TMPDIR": folder,
    }


def _wait_until_ready(process: subprocess.Popen[bytes], emulator: Emulator) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(requests.RequestException):
            if requests.get(f"{emulator.url}/_ministack/health", timeout=5).ok:
                return
        time.sleep(0.1)
    raise AssertionError(f"The emulator has not started: {emulator.log.read_text('utf-8')}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """The emulator, and the functions that it started."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(15)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
