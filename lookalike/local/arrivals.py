"""Builds what checks products of imports before it stores them."""

from __future__ import annotations

import time

from lookalike.duplicates.arrival import ArrivalPolicy, CheckedArrivals
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.local.data_folder import read_calibration
from lookalike.local.settings import LocalSettings
from lookalike.matching.shipped import build_verifier
from lookalike.matching.stored_check import StoredCheck
from lookalike.storage.interfaces import Storage


def arrival_policy(
    storage: Storage, settings: LocalSettings, on_duplicate: OnDuplicate
) -> ArrivalPolicy:
    """Build a policy for a folder; this loads models.

    Raises:
        SettingInvalidError: the calibration of the folder cannot be used.
    """
    check = StoredCheck(storage, build_verifier(read_calibration(settings.data)))
    return ArrivalPolicy(CheckedArrivals(storage, check, time.time), on_duplicate)
