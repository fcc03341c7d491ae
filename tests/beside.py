"""A shell command that runs beside the tests, whose output is printed whole when it ends."""

from __future__ import annotations

import subprocess
import sys
import threading
from types import TracebackType
from typing import Self


class Beside:
    """Runs a shell command while the block runs; the end of the block waits for it.

    Args:
        command: may be empty: then nothing runs.
    """

    def __init__(self, command: str) -> None:
        self._process = subprocess.Popen(  # noqa: S602 - a line of our Makefile
            command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._command = command
        self._printer = threading.Thread(target=self._print)

    @property
    def exit_code(self) -> int:
        """Its exit code; known after the block."""
        return self._process.returncode

    def _print(self) -> None:
        output, _ = self._process.communicate()
        outcome = f"failed with exit code {self.exit_code}" if self.exit_code else "passed"
        if self._command:
            sys.stdout.write(f"\n{output}{self._command}: {outcome}\n")
            sys.stdout.flush()

    def __enter__(self) -> Self:
        """Print its output as soon as it ends."""
        self._printer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Wait for it, or end it where the block has failed."""
        if error is not None:
            self._process.terminate()
        self._printer.join()
