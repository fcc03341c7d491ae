"""Contents of the data folder: the storage, a calibration, and the lock of a running service."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lookalike.errors import SettingInvalidError, StorageInvalidError, StorageUnavailableError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.matching.calibration import Calibration
from lookalike.storage.sqlite.database import FILE_NAME
from lookalike.storage.sqlite.encryption import KEY_BYTES, KEY_VARIABLE
from lookalike.storage.sqlite.storage import EmbeddedStorage

LOCK = "service.lock"
CALIBRATION_FILE = "calibration.json"
"""A calibration that ``lookalike evaluate --calibrate`` wrote."""
CALIBRATION_VARIABLE = "LOOKALIKE_CALIBRATION"
"""The environment variable that names such a file elsewhere."""


def open_storage(
    folder: Path, *, read_only: bool = False, durable: bool = False
) -> EmbeddedStorage:
    """Open the storage in a data folder, which is created unless it is only read.

    Its signatures are encrypted where the environment names a key.

    Args:
        folder: the data folder.
        read_only: refuse to write.
        durable: wait for the disk at every commit, so that a power cut loses nothing.

    Raises:
        StorageInvalidError: the folder cannot be used, or not with this key.
        StorageUnavailableError: it is busy, or the disk is full.
        SettingInvalidError: the key cannot be used.
    """
    return EmbeddedStorage(
        folder, ALGORITHM_VERSION, read_only=read_only, durable=durable, key=read_key()
    )


def has_storage(folder: Path) -> bool:
    """Return whether there is a storage in a data folder."""
    return (folder / FILE_NAME).exists()


def open_existing_storage(folder: Path) -> EmbeddedStorage:
    """Open the storage that is in a data folder, to read and write: none is created.

    Args:
        folder: the data folder.

    Raises:
        StorageInvalidError: there is none, or it cannot be used.
        StorageUnavailableError: as of ``open_storage``.
        SettingInvalidError: as of ``open_storage``.
    """
    if not has_storage(folder):
        raise StorageInvalidError(
            f"There is no catalogue in the data folder {folder}.",
            "Load one with `lookalike import`, or name another folder with --data.",
        )
    return open_storage(folder)


@contextmanager
def lock_for_service(folder: Path) -> Iterator[None]:
    """Let no second service run on the folder: both would load the same imports.

    The system releases the lock when the process ends, in whatever way it ends.

    Raises:
        StorageUnavailableError: another process holds the lock.
    """
    with (folder / LOCK).open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StorageUnavailableError(
                f"Another service runs on the folder {folder}: stop it, or use another folder."
            ) from error
        yield


def read_key() -> bytes | None:
    """Read the key that the environment names; ``None`` where it names none.

    Raises:
        SettingInvalidError: the file is missing, or holds no key.
    """
    named = os.environ.get(KEY_VARIABLE)
    if not named:
        return None
    try:
        key = bytes.fromhex(Path(named).read_text(encoding="ascii"))
    except OSError as error:
        raise SettingInvalidError(
            f"The key {named}, which {KEY_VARIABLE} names, cannot be read: {error.strerror}."
        ) from error
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingInvalidError(
            f"The file {named}, which {KEY_VARIABLE} names, holds no key: it must have "
            f"{2 * KEY_BYTES} hexadecimal digits, as `openssl rand -hex {KEY_BYTES}` writes them."
        )
    return key


def read_calibration(folder: Path | None = None) -> Calibration:
    """Read the calibration that the environment names, else the data folder's, else the shipped.

    Raises:
        SettingInvalidError: the file is invalid, or the one that is named is missing.
    """
    named = os.environ.get(CALIBRATION_VARIABLE)
    path = Path(named) if named else folder and folder / CALIBRATION_FILE
    if path is None or not (named or path.exists()):
        return Calibration.shipped()
    try:
        return Calibration.read(path)
    except OSError as error:
        raise SettingInvalidError(
            f"The calibration {path} cannot be read: {error.strerror}."
        ) from error
    except ValueError as error:
        raise SettingInvalidError(
            f"The calibration {path} cannot be used: {error}. Fit it anew, or remove it to use "
            "the percentages as they are shipped.",
            "`lookalike evaluate --calibrate` fits one.",
        ) from error
