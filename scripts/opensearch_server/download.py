"""Downloads that go on where they stopped and are whole, or not there."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import requests

ATTEMPTS = 5
_CHUNK = 1 << 16
"""Bytes; what of a chunk has come when a connection breaks is lost."""
_TIMEOUT = (10, 60)
"""Seconds to connect, and to wait for the next bytes."""


class DownloadError(RuntimeError):
    """A file cannot be had, or is not the one that was asked for."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file of a Maven repository.

    Attributes:
        path: below the repository's address.
        sha256: hex digest of the only content that is accepted.
    """

    path: str
    sha256: str

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.rpartition("/")[2]


def download(artifact: Artifact, repository: str, folder: Path) -> Path:
    """The artifact in this folder, downloaded unless it is there.

    A download that breaks off stays as ``….part`` and is gone on with, by this call or the next.

    Raises:
        DownloadError: the repository does not hand it out, or its content is another.
    """
    target = folder / artifact.name
    if target.is_file():
        return target
    part = target.with_name(target.name + ".part")
    _fetch(f"{repository}/{artifact.path}", part)
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != artifact.sha256:
        part.unlink()
        raise DownloadError(f"{artifact.name} has the sha256 {digest}, not {artifact.sha256}.")
    return part.replace(target)


def _fetch(url: str, part: Path) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _go_on(url, part)
        except requests.RequestException as error:
            refused = isinstance(error, requests.HTTPError)
            if refused or attempt == ATTEMPTS:
                raise DownloadError(f"{part.stem} cannot be downloaded: {error}") from error
            time.sleep(attempt)
        else:
            return


def _go_on(url: str, part: Path) -> None:
    """Append what is missing; from the start where the server does not know ranges."""
    there = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={there}-"} if there else {}
    with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
        if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # all of it is there
        answer.raise_for_status()
        goes_on = answer.status_code == HTTPStatus.PARTIAL_CONTENT
        with part.open("ab" if goes_on else "wb") as file:
            for chunk in answer.iter_content(_CHUNK):
                file.write(chunk)
