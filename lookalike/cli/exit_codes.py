"""Exit codes of the commands; 0 means success.

For ``check``, 0 means that a duplicate was found, and ``NOT_FOUND`` that none was.
``lookalike.terminal`` has the one for an output that was closed.
"""

from __future__ import annotations

from lookalike.errors import BadParameterError, LookalikeError, SettingInvalidError

FAILED = 1
"""Something that the command depends on is away, or an input cannot be read."""
UNUSABLE = 2
"""Wrong usage: an argument, an option or a setting cannot be used, so nothing was begun."""
INCOMPLETE = 3
"""The command reached the end of its input, but some of it was refused or is left."""
NOT_FOUND = 4
"""Everything was checked, and nothing in the catalogue is a duplicate or an edited copy."""
STOPPED = 130
"""Ctrl-C ended the command; shells use the same code."""
TERMINATED = 143
"""SIGTERM ended the command; shells use the same code."""


def exit_code_of(error: LookalikeError) -> int:
    """The code of a command that ends with this error."""
    is_unusable = isinstance(error, BadParameterError | SettingInvalidError)
    return UNUSABLE if is_unusable else FAILED
