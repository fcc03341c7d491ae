"""Decoders prepare what this process prepares, and a file that ends one costs nobody else."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from lookalike.errors import (
    ImageCorruptError,
    ImageError,
    ImageTooLargeError,
    ImageUnsupportedError,
)
from lookalike.images.isolation.absence import DecoderUnavailableError
from lookalike.images.isolation.decoder_process import DecoderProcess
from lookalike.images.isolation.pool import START_AGAIN_AFTER, DecodePool
from lookalike.images.preparation import PreparedPicture, prepare
from tests.images import (
    encoded,
    every_format,
    every_mode,
    jpeg_with_exif,
    orientation_exif,
    picture,
)
from tests.unit.images.isolation.conftest import DEADLY

PLAIN = encoded(picture(), "PNG")
PATIENCE = 30.0
"""Seconds after which a test gives up."""


def _odd_files() -> dict[str, bytes]:
    """Files in which there is more than pixels, and files that are refused."""
    files = {f"turned-{value}.jpg": jpeg_with_exif(orientation_exif(value)) for value in (3, 6, 7)}
    for image_format in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF"):
        data = encoded(picture(), image_format, icc_profile=b"\xff" * 3000)
        files[f"profile.{image_format}"] = data
    files["large.jpg"] = encoded(picture(1600, 2400), "JPEG")
    files["cut.jpg"] = every_format()["baseline.jpg"][:900]
    files["small.png"] = encoded(picture(15, 15), "PNG")
    files["page.html"] = b"<!doctype html>"
    files["empty"] = b""
    return files


FILES = every_format() | every_mode() | _odd_files()


def _told(prepared: PreparedPicture) -> tuple[object, ...]:
    whole = prepared.whole
    return (
        (whole.mode, whole.size, whole.tobytes()),
        (prepared.trim_box, prepared.width, prepared.height),
    )


def _result(prepare: Callable[[bytes], PreparedPicture], data: bytes) -> tuple[object, ...]:
    try:
        return _told(prepare(data))
    except ImageError as error:
        return (type(error), error.detail)


@pytest.mark.parametrize("name", FILES)
def test_should_give_every_bit_and_every_reason_that_this_process_gives(
    name: str, pool: DecodePool
) -> None:
    assert _result(pool.prepare, FILES[name]) == _result(prepare, FILES[name])


@pytest.mark.parametrize(
    ("deed", "error", "reason"),
    [
        (b"abort", ImageCorruptError, "ends the decoder"),
        (b"exit", ImageCorruptError, "ends the decoder"),
        (b"overflow", ImageCorruptError, "ends the decoder"),
        (b"lie", ImageCorruptError, "ends the decoder"),
        (b"killed", ImageTooLargeError, "more memory than there is"),
        (b"spin", ImageTooLargeError, "more than 1 s"),
        (b"sleep", ImageTooLargeError, "more than 1 s"),
    ],
)
def test_should_refuse_once_what_ends_a_decoder(
    deed: bytes,
    error: type[ImageError],
    reason: str,
    pool: DecodePool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    deaths = pool.deaths
    with pytest.raises(error, match=reason):
        pool.prepare(deed)
    assert pool.deaths == deaths + 1
    [line] = caplog.messages
    assert f"Decoder no. {deaths + 1} " in line
    assert pool.prepare(PLAIN).width == picture().width


def test_should_survive_what_asks_for_too_much_memory(pool: DecodePool) -> None:
    deaths = pool.deaths
    with pytest.raises(ImageTooLargeError, match="more memory than is given"):
        pool.prepare(b"allocate")
    assert pool.deaths == deaths


def test_should_keep_a_decoder_from_all_but_decoding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with closing(DecodePool(1, DEADLY)) as fresh, pytest.raises(ImageCorruptError) as caught:
        fresh.prepare(b"tell")
    told = json.loads(caught.value.detail)
    assert told["possible"] == ([] if _signals_are_confined() else ["signal its parent"])
    assert "AWS_SECRET_ACCESS_KEY" not in told["environment"]


def _signals_are_confined() -> bool:
    """Whether the system can do that: for a service of root, or with landlock's sixth version."""
    return os.geteuid() == 0 or ctypes.CDLL(None).syscall(444, None, 0, 1) >= 6


@pytest.fixture
def fresh() -> Iterator[DecodePool]:
    """Two decoders of a test's own."""
    with closing(DecodePool(2, DEADLY, seconds=1.0)) as pool:
        yield pool


def _descriptors() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _has_more(served: list[int], count: int) -> bool:
    return len(served) > count


@pytest.mark.slow
def test_should_serve_others_while_twenty_files_end_decoders(fresh: DecodePool) -> None:
    """And leave neither descriptors nor processes when all is over."""
    before, served, is_over = _descriptors(), list[int](), threading.Event()

    def serve() -> None:
        while not is_over.is_set():
            served.append(fresh.prepare(PLAIN).width)

    with ThreadPoolExecutor(1) as pool:
        serving = pool.submit(serve)
        for number in range(20):
            count = len(served)
            with pytest.raises(ImageCorruptError):
                fresh.prepare(b"abort %d" % number)
            _until(partial(_has_more, served, count))
        is_over.set()
        serving.result(PATIENCE)
    _until(lambda: len(fresh._idle) == 2)
    pids = [decoder.pid for decoder in fresh._decoders]
    assert (fresh.deaths, len(pids)) == (20, 2)
    fresh.close()
    _until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
    _until(lambda: _descriptors() == before)


def test_should_not_blame_a_picture_for_a_decoder_that_was_killed(
    fresh: DecodePool, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        fresh.start()
        _until(lambda: len(fresh._idle) == 2)
        for decoder in list(fresh._decoders):
            os.kill(decoder.pid, signal.SIGKILL)
        assert fresh.prepare(PLAIN).width == picture().width
    assert (fresh.deaths, caplog.messages) == (0, [])


def test_should_replace_a_decoder_after_some_pictures() -> None:
    with closing(DecodePool(1, max_pictures=2)) as pool:
        pids = []
        for _ in range(5):
            pool.prepare(PLAIN)
            pids += [decoder.pid for decoder in pool._decoders]
    assert len(set(pids)) >= 2


@pytest.mark.parametrize(
    ("module", "reason"),
    [("tests.no_such_decoder", "No module named"), ("tests.unfit_decoder", "It ended with 1.")],
)
def test_should_refuse_pictures_where_no_decoder_starts(
    module: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said once, and tried again after some seconds."""
    now = 0.0
    with closing(DecodePool(2, module, clock=lambda: now)) as pool:
        for _ in range(3):
            with pytest.raises(DecoderUnavailableError):
                pool.prepare(PLAIN)
        [line] = caplog.messages
        assert reason in line
        assert line.endswith("pictures are refused.")
        pool._module = DEADLY
        now = START_AGAIN_AFTER
        with pytest.raises(ImageCorruptError):
            pool.prepare(b"abort")
    assert pool.deaths == 1


def test_should_decode_here_if_the_operator_says_so(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOKALIKE_DECODE_IN_PROCESS", "1")
    with closing(DecodePool(2, "tests.no_such_decoder")) as pool:
        assert _told(pool.prepare(PLAIN)) == _told(prepare(PLAIN))
    [line] = caplog.messages
    assert "this process decodes pictures" in line


@pytest.mark.timeout(60)
def test_should_not_start_decoders_for_ever_that_end_at_once(
    fresh: DecodePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DecoderProcess, "is_alive", False)
    with pytest.raises(DecoderUnavailableError):
        fresh.prepare(PLAIN)


def test_should_refuse_pictures_while_the_system_has_no_descriptors(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_pair() -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(socket, "socketpair", no_pair)
    with closing(DecodePool(2)) as pool, pytest.raises(DecoderUnavailableError):
        pool.prepare(PLAIN)
    [line] = caplog.messages
    assert "Too many open files" in line


def test_should_log_little_of_what_decoders_print(caplog: pytest.LogCaptureFixture) -> None:
    """And nothing that commands a terminal; nobody waits for what is printed."""
    now = 0.0
    with closing(DecodePool(1, DEADLY, clock=lambda: now)) as pool:
        for _ in range(3):
            with pytest.raises(ImageUnsupportedError):
                pool.prepare(b"print")
        [line] = caplog.messages
        assert "A decoder has printed" in line
        assert line.isascii()
        assert line.isprintable()
        assert len(line) < 1000
        now = 60.0
        with pytest.raises(ImageUnsupportedError):
            pool.prepare(b"print")
    assert "left out before: 2" in caplog.messages[-1]


def test_should_end_what_it_works_on_when_it_is_closed(fresh: DecodePool) -> None:
    fresh.prepare(PLAIN)
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(fresh.prepare, b"sleep") for _ in range(3)]
        _until(lambda: not fresh._idle)
        fresh.close()
        for one in asked:
            with pytest.raises(CancelledError):
                one.result(PATIENCE)
    with pytest.raises(CancelledError):
        fresh.prepare(PLAIN)
