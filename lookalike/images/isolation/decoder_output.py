"""What a decoder prints: libraries in C write complaints about files to standard error."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import suppress

_MAX_BYTES = 1 << 16
"""As many as a pipe holds."""
_MAX_SHOWN = 200
SECONDS = 60.0
"""Between two lines of the log: anybody's picture may cause them."""

log = logging.getLogger("lookalike.decoding")


class DecoderOutput:
    """A pipe that a decoder writes to, and never waits for: what does not fit is lost.

    Attributes:
        end: that the decoder writes to; whoever starts it closes it here.
    """

    def __init__(self) -> None:
        self._read_end, end = os.pipe()
        for one in (self._read_end, end):
            os.set_blocking(one, False)
        self.end = os.fdopen(end, "wb", 0)

    def take(self) -> str:
        """What was printed since the last time, as ASCII with escapes, and its end alone."""
        with suppress(OSError):  # nothing was printed
            printed = os.read(self._read_end, _MAX_BYTES).decode(errors="replace").strip()
            return printed[-_MAX_SHOWN:].encode("unicode_escape").decode()
        return ""

    def close(self) -> None:
        """Give the pipe back."""
        os.close(self._read_end)


class OutputLog:
    """Logs what decoders print, a line a minute at most.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._next_at: float | None = None
        self._left_out = 0

    def note(self, printed: str) -> None:
        """Log it, unless a line was logged just before."""
        if not printed:
            return
        now = self._clock()
        if self._next_at is not None and now < self._next_at:
            self._left_out += 1
            return
        log.warning("A decoder has printed: %s (left out before: %d)", printed, self._left_out)
        self._next_at, self._left_out = now + SECONDS, 0
