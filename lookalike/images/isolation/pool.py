"""Decoders that are kept warm, and replaced when a picture has ended one."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError

from lookalike.errors import ImageCorruptError, ImageError, ImageTooLargeError
from lookalike.images.isolation.absence import INSTEAD, may_decode_here, prepare_without_decoder
from lookalike.images.isolation.decoder_output import OutputLog
from lookalike.images.isolation.decoder_process import (
    DECODER,
    DecoderEndedError,
    DecoderProcess,
)
from lookalike.images.limits import MAX_SECONDS, check_bytes
from lookalike.images.preparation import PreparedPicture

MAX_PICTURES = 1000
"""After so many, a decoder is replaced, whatever they may have left in it."""
MAX_RESIDENT = 150_000_000
"""Bytes of memory; a decoder that holds more after a picture is replaced. One that is new has 40
million, of which it shares half with others."""
START_AGAIN_AFTER = 5.0
"""Seconds after which the start of a decoder that could not be started is tried again."""

_TOO_SLOW = "Decoding the picture takes more than {seconds:g} s. Send a smaller copy."
_CRASHES = "Decoding the picture ends the decoder. Save it anew."
_KILLED = "Decoding the picture takes more memory than there is. Send a smaller copy."
_DIED = "Decoder no. %d has died of a picture (%d bytes, SHA-256 %s): %s. It is replaced."
_NOT_STARTED = "A decoder cannot be started: %s While there is none, %s."

log = logging.getLogger("lookalike.decoding")


class DecodePool:
    """Prepares pictures in processes of their own, each of which may die of one.

    Where no decoder can be started, the log says so once, and pictures are refused; or they are
    prepared in this process, if the environment says so (``absence``). Memory and time are then
    bounded by the limits and structures that preparation checks.

    Args:
        places: how many decoders; one more than pictures at once, so that nobody waits for a
            replacement.
        module: runs in them.
        seconds: that a picture may take.
        max_pictures: after which a decoder is replaced.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        places: int,
        module: str = DECODER,
        seconds: float = MAX_SECONDS,
        *,
        max_pictures: int = MAX_PICTURES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places, self._free_places = places, places
        self._module, self._seconds, self._clock = module, seconds, clock
        self._max_pictures = max_pictures
        self._in_process = may_decode_here()
        self._output = OutputLog(clock)
        self._changed = threading.Condition()
        self._decoders, self._idle = set[DecoderProcess](), list[DecoderProcess]()
        self._start_again_at: float | None = None
        self._is_closed = False
        self._deaths = 0

    @property
    def deaths(self) -> int:
        """How many pictures have ended their decoder."""
        return self._deaths

    @property
    def running(self) -> int:
        """How many decoders there are now."""
        return len(self._decoders)

    def start(self) -> None:
        """Start the decoders that are missing, in the background."""
        while self._claim_place():
            try:
                threading.Thread(target=self._start_decoder, name="decoder", daemon=True).start()
            except RuntimeError as error:  # the system gives no more threads
                self._note_failure(error)

    def prepare(self, data: bytes) -> PreparedPicture:
        """Prepare the picture in a file, as ``preparation.prepare`` does. Safe in threads.

        Raises:
            ImageError: the picture is refused, also for what it does to its decoder.
            DecoderUnavailableError: no decoder can be started.
            CancelledError: the pool is closed.
        """
        check_bytes(data)
        for further_tries in range(self._places, -1, -1):
            try:
                return self._prepare(data)
            except DecoderEndedError as error:
                # Somebody may have ended all decoders, for reasons that are not in the picture.
                if not (error.is_foreign and further_tries):
                    raise self._refusal(data, error) from error
        raise AssertionError("the last round returns or raises")

    def close(self) -> None:
        """End all decoders at once, and whatever waits for them."""
        with self._changed:
            self._is_closed = True
            decoders, idle = list(self._decoders), list(self._idle)
            self._idle.clear()
            self._changed.notify_all()
        for decoder in decoders:
            decoder.end()
        for decoder in idle:
            self._discard(decoder)

    def _prepare(self, data: bytes) -> PreparedPicture:
        self.start()
        decoder = self._take()
        if decoder is None:
            return prepare_without_decoder(data, in_process=self._in_process)
        try:
            return decoder.prepare(data, self._seconds)
        except DecoderEndedError:
            if self._is_closed:
                raise CancelledError from None
            raise
        finally:
            self._output.note(decoder.printed())
            if decoder.is_alive:
                self._give_back(decoder)
            else:
                self._replace(decoder)

    def _take(self) -> DecoderProcess | None:
        """Wait for a decoder; ``None`` where there are none, or none that survives its start."""
        for _ in range(2 * self._places):
            with self._changed:
                self._changed.wait_for(self._is_decided)
                if self._is_closed:
                    raise CancelledError
                decoder = self._idle.pop() if self._idle else None
            if decoder is None or decoder.is_alive:
                return decoder
            self._give_back(decoder)  # it was ended while it had nothing to do
        return None

    def _is_decided(self) -> bool:
        return bool(self._idle) or self._is_closed or self._free_places == self._places

    def _give_back(self, decoder: DecoderProcess) -> None:
        with self._changed:
            is_kept = not self._is_closed and decoder.is_alive and not self._is_worn(decoder)
            if is_kept:
                self._idle.append(decoder)
                self._changed.notify()
        if not is_kept:
            self._discard(decoder)
            self.start()

    def _replace(self, decoder: DecoderProcess) -> None:
        """Let whoever has ended a decoder wait for the next one, so that others find theirs."""
        self._discard(decoder)
        if self._claim_place():
            self._start_decoder()

    def _claim_place(self) -> bool:
        """Take a place to start a decoder, if there is one and starting makes sense."""
        with self._changed:
            is_too_early = (self._start_again_at or 0.0) > self._clock()
            if self._is_closed or is_too_early or not self._free_places:
                return False
            self._free_places -= 1
            return True

    def _discard(self, decoder: DecoderProcess) -> None:
        decoder.close()
        with self._changed:
            self._decoders.discard(decoder)
            self._free_places += 1
            self._changed.notify_all()

    def _start_decoder(self) -> None:
        try:
            decoder = self._started()
        except Exception as error:  # noqa: BLE001 - a place that stays taken would be waited for
            self._note_failure(error)
            return
        with self._changed:
            self._start_again_at = None
        self._give_back(decoder)

    def _started(self) -> DecoderProcess:
        decoder = DecoderProcess(self._module)
        with self._changed:
            self._decoders.add(decoder)
            is_closed = self._is_closed
        try:
            if is_closed:
                decoder.end()
            decoder.wait_until_ready()
        except Exception:
            decoder.close()
            with self._changed:
                self._decoders.discard(decoder)
            raise
        return decoder

    def _note_failure(self, error: Exception) -> None:
        with self._changed:
            is_news = self._start_again_at is None and not self._is_closed
            self._start_again_at = self._clock() + START_AGAIN_AFTER
        if is_news:  # said before anybody goes on because of it
            log.warning(_NOT_STARTED, error, INSTEAD[self._in_process])
        with self._changed:
            self._free_places += 1
            self._changed.notify_all()

    def _refusal(self, data: bytes, error: DecoderEndedError) -> ImageError:
        """What the caller reads about a picture that has ended its decoder; the log has it, too."""
        with self._changed:
            self._deaths += 1
            number = self._deaths
        digest = hashlib.sha256(data).hexdigest()
        log.warning(_DIED, number, len(data), digest, error)
        if error.is_timeout:
            return ImageTooLargeError(_TOO_SLOW.format(seconds=self._seconds))
        return ImageTooLargeError(_KILLED) if error.is_foreign else ImageCorruptError(_CRASHES)

    def _is_worn(self, decoder: DecoderProcess) -> bool:
        return decoder.pictures >= self._max_pictures or decoder.resident > MAX_RESIDENT
