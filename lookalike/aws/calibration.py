"""The calibration of a deployment."""

from __future__ import annotations

from lookalike.aws.settings import PREFIX, CalibratedSettings
from lookalike.matching.calibration import Calibration
from lookalike.matching.calibration_errors import calibration_errors


def read_calibration(settings: CalibratedSettings) -> Calibration:
    """The calibration that the settings have, or else the shipped one.

    Raises:
        SettingInvalidError: it cannot be used.
    """
    if settings.calibration_json is None:
        return Calibration.shipped()
    with calibration_errors(f"{PREFIX}CALIBRATION_JSON"):
        return Calibration.parse(settings.calibration_json)
