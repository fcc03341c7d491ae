"""How much a check or a comparison tries before it answers that nothing was found.

Commands read it to show their help, so this module imports nothing that takes long.
"""

from __future__ import annotations

from enum import StrEnum

from lookalike.errors import BadParameterError


class Effort(StrEnum):
    """How much is tried. More effort finds more heavily edited copies and takes longer."""

    FAST = "fast"
    """The few nearest pictures alone, for bulk."""
    NORMAL = "normal"
    """All common edits."""
    THOROUGH = "thorough"
    """Turns by any angle, negatives, and small pictures within a picture, too."""

    @classmethod
    def of(cls, value: str) -> Effort:
        """The effort of this name.

        Raises:
            BadParameterError: there is none.
        """
        try:
            return cls(value)
        except ValueError:
            raise BadParameterError(
                f"effort must be fast, normal or thorough, not {value!r}."
            ) from None
