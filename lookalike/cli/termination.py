"""Ending a command in good order after Ctrl-C (SIGINT) or SIGTERM."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from lookalike.cli.exit_codes import STOPPED, TERMINATED


class Stopped(SystemExit):
    """Ctrl-C was received, and the user was told what that ended."""

    def __init__(self) -> None:
        super().__init__(STOPPED)


class Terminated(SystemExit):
    """SIGTERM was received. Files and processes are closed on the way out, as after Ctrl-C."""

    def __init__(self) -> None:
        super().__init__(TERMINATED)


def raise_at_sigterm() -> None:
    """Raise ``Terminated`` in the main thread at the first SIGTERM; further ones are ignored.

    The default would end the process at once: worker processes would find out by themselves, but
    their semaphores would be left over, and Python's resource tracker would warn about them.
    """
    signal.signal(signal.SIGTERM, _terminate)


def _terminate(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise Terminated


class StopRequest:
    """A request to stop the command: the signal that was received, if any."""

    def __init__(self) -> None:
        self._number: int | None = None

    def receive(self, number: int) -> None:
        """Remember a signal."""
        self._number = number

    def is_received(self) -> bool:
        """Return whether a signal was received."""
        return self._number is not None

    def raise_it(self) -> None:
        """Raise ``Stopped`` or ``Terminated`` if a signal was received."""
        if self._number == signal.SIGTERM:
            _terminate(self._number, None)
        if self._number is not None:
            raise Stopped


@contextmanager
def stop_requests() -> Iterator[StopRequest]:
    """Note the first Ctrl-C or SIGTERM in the block instead of raising; a second one raises.

    An exception may be raised anywhere, even between taking a lock and releasing it, and then
    threads wait for each other for ever. Work with threads asks for the request instead.
    """
    request = StopRequest()
    handlers = {
        number: handler
        for number in (int(signal.SIGINT), int(signal.SIGTERM))
        if callable(handler := signal.getsignal(number))  # not one that is ignored
    }

    def receive(number: int, frame: FrameType | None) -> None:
        if request.is_received():
            handlers[number](number, frame)
        request.receive(number)

    for number in handlers:
        signal.signal(number, receive)
    try:
        yield request
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
