"""The limits of a check's numbers, the same for requests, commands and programs.

Commands read them to show their help, so this module imports nothing that takes long.
"""

from __future__ import annotations

from numbers import Integral, Real

from lookalike.errors import BadParameterError

MIN_TOP = 1
MAX_TOP = 50
"""Products that one answer lists, of requests and commands; programs may ask for more."""
MAX_PERCENTAGE = 100


def require_top(top: int) -> None:
    """Refuse a number of products that no check can list.

    Raises:
        BadParameterError: it is no whole number, or less than ``MIN_TOP``.
    """
    if not (_is_a(Integral, top) and top >= MIN_TOP):
        raise BadParameterError(f"top must be a whole number from {MIN_TOP}, not {top!r}.")


def require_min_match(min_match: float) -> None:
    """Refuse what is no percentage.

    Raises:
        BadParameterError: it is no number, or not from 0 to ``MAX_PERCENTAGE``.
    """
    if not (_is_a(Real, min_match) and 0 <= min_match <= MAX_PERCENTAGE):
        raise BadParameterError(
            f"min_match must be a number from 0 to {MAX_PERCENTAGE}, not {min_match!r}."
        )


def _is_a(kind: type[Integral | Real], value: object) -> bool:
    """Return whether a value is such a number, whatever its annotation says; numpy's are, too."""
    return isinstance(value, kind) and not isinstance(value, bool)
