"""Exit codes of the commands. 0 is success."""

from __future__ import annotations

FAILED = 1
"""Something that the command depends on is away, or a process was ended."""
UNUSABLE = 2
"""An option, a setting or an input cannot be used."""
INCOMPLETE = 3
"""The end was reached, and some of the input was refused or is left."""
STOPPED = 130
"""After Ctrl-C, as shells have it."""
