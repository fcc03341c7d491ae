"""One OpenSearch node on loopback, for tests and benchmarks."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from scripts.opensearch_server.installation import cache_folder, installed
from scripts.opensearch_server.run_folder import Owner, prepare

START_SECONDS = 600
"""A busy machine takes long; an idle one takes seven seconds."""
STOP_SECONDS = 15
_LOG_TAIL = 3000
"""Characters of the log that an error message contains."""

QUICK_START = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""For tests: faster to start and smaller, but slower to search."""
FULL_SPEED = ("-XX:+UseG1GC",)
"""For benchmarks: the settings of servers."""


class ServerError(RuntimeError):
    """The server has not started; the message contains the end of its log."""


@dataclass(frozen=True, slots=True)
class JavaOptions:
    """Options of the Java process.

    Attributes:
        heap: size of the heap, as ``512m`` or ``2g``.
        flags: for garbage collector and compiler.
    """

    heap: str = "512m"
    flags: tuple[str, ...] = QUICK_START


class OpenSearchServer:
    """A node with an empty data folder, which is removed with it.

    As a context manager it is ready when the block begins, and removed when it ends. The address
    stays the same after a restart. Started by root, it runs as ``nobody``.

    Args:
        java: options of its process; those for tests unless given.
        cache: where the installation is kept; in the user's cache unless given.
        settings: further settings of the node, by name.
    """

    def __init__(
        self,
        java: JavaOptions | None = None,
        cache: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._java = java or JavaOptions()
        self._settings = settings or {}
        self._cache = cache or cache_folder()
        self._owner = Owner.of_nodes()
        self._http, self._transport = _free_ports(2)
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the HTTP API."""
        return f"http://127.0.0.1:{self._http}"

    def start(self) -> None:
        """Start, with the data of the last start if there was one, and wait until it is ready.

        Raises:
            ServerError: it is not ready in time.
            DownloadError: it is not installed, and cannot be downloaded.
        """
        if self._folder is None:
            home = installed(self._cache)
            self._folder = prepare(home, self._owner, self._http, self._transport)
        log = self._folder / "server.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self._command(self._folder),
                cwd=self._folder / "home",
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self._owner.user,
                group=self._owner.group,
            )
        self._wait_until_ready(self._process, log)

    def stop(self) -> None:
        """Stop it gracefully, and keep its data for another start."""
        if self._process is not None:
            self._process.terminate()
            try:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(STOP_SECONDS)
            finally:
                self.kill()

    def kill(self) -> None:
        """Kill it, as if the machine failed, and keep its data for another start."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        """Stop it and remove its data."""
        self.stop()
        if self._folder is not None:
            shutil.rmtree(self._folder)
            self._folder = None

    def __enter__(self) -> Self:
        """Start the server."""
        try:
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the server."""
        self.remove()

    def _command(self, folder: Path) -> list[str]:
        """The command to start Java; OpenSearch's scripts use options that this Java lacks."""
        home = folder / "home"
        return [
            str(folder / "java" / "bin" / "java"),
            "-Xms256m",
            f"-Xmx{self._java.heap}",
            *self._java.flags,
            f"-javaagent:{home}/agent/opensearch-agent.jar",
            f"-Djava.io.tmpdir={folder}/scratch",
            f"-Dopensearch.path.home={home}",
            f"-Dopensearch.path.conf={folder}/config",
            "-Dopensearch.distribution.type=zip",
            "-Dopensearch.bundled_jdk=false",
            "-cp",
            f"{home}/lib/*",
            "org.opensearch.bootstrap.OpenSearch",
            *(f"-E{name}={value}" for name, value in self._settings.items()),
        ]

    def _wait_until_ready(self, process: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            if self._is_ready():
                return
            time.sleep(0.2)
        raise ServerError(f"OpenSearch has not started: {log.read_text('utf-8')[-_LOG_TAIL:]}")

    def _is_ready(self) -> bool:
        """Return whether all data is available; yellow is enough, as one node has no replicas."""
        health = f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s"
        try:
            return requests.get(health, timeout=5).ok
        except requests.RequestException:
            return False


def _free_ports(number: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
