"""One wording for calibrations that cannot be used, wherever they come from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lookalike.errors import SettingInvalidError

_ADVICE = "`lookalike evaluate --calibrate` writes a calibration."


@contextmanager
def calibration_errors(source: str) -> Iterator[None]:
    """Raise errors of ``Calibration.read`` and ``Calibration.parse`` as one that names the source.

    Args:
        source: the file or the variable, as the operator knows it.

    Raises:
        SettingInvalidError: the calibration cannot be read or used.
    """
    try:
        yield
    except OSError as error:
        raise SettingInvalidError(
            f"{source} cannot be read ({error.strerror}).", _ADVICE
        ) from error
    except ValueError as error:
        raise SettingInvalidError(f"{source} cannot be used ({error}).", _ADVICE) from error
