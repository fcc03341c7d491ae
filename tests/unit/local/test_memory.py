"""What large requests have taken goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
import sys
from lookalike.local.memory import return_freed_memory

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

if sys.argv[1] == "returned" and not return_freed_memory():
    print(0)
    sys.exit()
del [bytes([65]) * (16 << 20)][:]  # glibc keeps smaller blocks from now on
before, between = resident(), []
blocks = []
for _ in range(20):
    blocks.append(bytes([65]) * (8 << 20))
    between.append(bytes([65]) * 100_000)
del blocks
print((resident() - before) >> 20)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone has these options")
@pytest.mark.parametrize(("mode", "is_kept"), [("kept", True), ("returned", False)])
def test_should_return_large_blocks_that_are_free(mode: str, *, is_kept: bool) -> None:
    """Smaller blocks between them keep the heap from shrinking."""
    command = [sys.executable, "-c", _PROGRAM, mode]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - our own program
    assert (int(done.stdout) > 100) is is_kept
