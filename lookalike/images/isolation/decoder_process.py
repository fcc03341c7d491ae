"""One decoder, as the service sees it."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from mmap import mmap
from pathlib import Path

from lookalike.errors import ImageError
from lookalike.images.isolation.decoder_output import DecoderOutput
from lookalike.images.isolation.exchange import (
    MAX_MESSAGE,
    MEMORY_BYTES,
    READY,
    BadAnswerError,
    answer_of,
    get_picture,
    put_file,
    resident_of,
)
from lookalike.images.preparation import PreparedPicture

DECODER = "lookalike.images.isolation.decoder"
"""The module that runs in the process."""
_START_SECONDS = 30.0
"""Within which a decoder is ready; usually it takes a sixth of a second."""
_LAST_MOMENT = 1.0
"""Seconds between the end of a process's channel and its own."""
_OWN_LIMITS = (signal.SIGALRM, signal.SIGXCPU)
_OF_OTHERS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals that operators send, and systems that are out of memory, but pictures do not cause."""
_KEPT_VARIABLES = ("PYTHON", "LD_", "DYLD_", "LANG", "LC_")
"""Beginnings of what a decoder sees of the environment: there may be secrets in the rest."""
_SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(16 << 20),  # larger blocks go back to the system at once
    "MALLOC_TRIM_THRESHOLD_": str(32 << 20),
}


class DecoderStartError(Exception):
    """No decoder can be started here."""


class DecoderEndedError(Exception):
    """The decoder has ended instead of answering.

    Args:
        cause: what the operator reads about it.
        is_timeout: whether it took too long.
        is_foreign: whether somebody else ended it, such as a system that is out of memory.
    """

    def __init__(self, cause: str, *, is_timeout: bool = False, is_foreign: bool = False) -> None:
        super().__init__(cause)
        self.is_timeout = is_timeout
        self.is_foreign = is_foreign


class DecoderProcess:
    """Starts a decoder, which is in a process group of its own: a terminal's Ctrl-C is not for it.

    It ends with this object, and by itself when this process ends, however that ends.

    Attributes:
        pictures: how many it has answered about.
        resident: bytes of memory that it held after the last one; 0 where it cannot tell.

    Args:
        module: runs in the process.

    Raises:
        DecoderStartError: the system starts none.
    """

    def __init__(self, module: str = DECODER) -> None:
        self.pictures = 0
        self.resident = 0
        self._is_trusted = True
        with ExitStack() as opened, _as_start_error():
            self._channel, theirs = socket.socketpair()
            opened.enter_context(self._channel)
            with theirs:
                self._output = opened.enter_context(closing(DecoderOutput()))
                with self._output.end:
                    self._memory, self._process = _started(module, theirs, self._output)
            opened.pop_all()
        parts = (self._process, self._channel, self._memory, self._output)
        self._release = weakref.finalize(self, _release, *parts)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs, and is to be asked again."""
        return self._is_trusted and self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Return when the decoder takes pictures.

        Raises:
            DecoderStartError: it has ended, or takes too long.
        """
        self._channel.settimeout(_START_SECONDS)
        try:
            is_ready = self._channel.recv(MAX_MESSAGE) == READY
        except OSError as error:
            raise DecoderStartError(f"It does not answer ({error}).") from error
        if not is_ready:
            code, printed = self._process.wait(_START_SECONDS), self.printed()
            raise DecoderStartError(f"It ended with {code}." + (f" ({printed})" if printed else ""))
        if not self.is_alive:
            raise DecoderStartError("It ends as soon as it is ready.")

    def printed(self) -> str:
        """What it has printed since the last time; safe to show."""
        return self._output.take()

    def prepare(self, data: bytes, seconds: float) -> PreparedPicture:
        """Prepare a picture; only one thread may ask at a time.

        Raises:
            ImageError: the picture is refused.
            DecoderEndedError: the decoder is gone, and has to be replaced.
        """
        self._is_trusted = False  # until its answer is read: it would be taken for the next one's
        self._channel.settimeout(seconds)
        try:
            self._channel.sendall(put_file(self._memory, data))
            answer = answer_of(self._channel.recv(MAX_MESSAGE))
            self.pictures, self.resident = self.pictures + 1, resident_of(answer)
            picture = get_picture(self._memory, answer)
        except TimeoutError as error:
            raise DecoderEndedError("it took too long", is_timeout=True) from error
        except (OSError, BadAnswerError) as error:
            raise self._ended() from error
        except ImageError:
            self._is_trusted = True
            raise
        self._is_trusted = True
        return picture

    def end(self) -> None:
        """End the process at once. Whoever waits for its answer learns that it has ended."""
        _end(self._process)

    def close(self) -> None:
        """End the process, and give back what it had; nobody may ask it any more."""
        self._release()

    def _ended(self) -> DecoderEndedError:
        try:
            code = self._process.wait(_LAST_MOMENT)
        except subprocess.TimeoutExpired:
            return DecoderEndedError("its answer makes no sense")
        if code >= 0:
            return DecoderEndedError(f"exit code {code}")
        number = signal.Signals(-code)
        return DecoderEndedError(
            number.name, is_timeout=number in _OWN_LIMITS, is_foreign=number in _OF_OTHERS
        )


@contextmanager
def _as_start_error() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DecoderStartError(f"{error}.") from error


def _started(
    module: str, channel: socket.socket, output: DecoderOutput
) -> tuple[mmap, subprocess.Popen[bytes]]:
    file = _anonymous_file()
    try:
        memory = mmap(file, MEMORY_BYTES)
        numbers = (channel.fileno(), file)
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-P", "-m", module, *map(str, numbers)],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output.end,
            pass_fds=numbers,
            process_group=0,
        )
    finally:
        os.close(file)
    return memory, process


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _release(
    process: subprocess.Popen[bytes], channel: socket.socket, memory: mmap, output: DecoderOutput
) -> None:
    _end(process)
    process.wait()
    channel.close()
    memory.close()
    output.close()


def _anonymous_file() -> int:
    """A file of that size without a name: in memory alone where the system (Linux) can do that.

    On Linux its size is final: a decoder that shortened it would end the service, too.
    """
    if sys.platform != "linux":
        with tempfile.TemporaryFile() as file:
            file.truncate(MEMORY_BYTES)
            return os.dup(file.fileno())
    number = os.memfd_create("picture", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(number, MEMORY_BYTES)
    fcntl.fcntl(number, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    return number


def _environment() -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if name.startswith(_KEPT_VARIABLES)}
    path = os.pathsep.join(folder or str(Path.cwd()) for folder in sys.path)
    return kept | _SETTINGS | {"PYTHONPATH": path}
