"""Downloads that resume where they stopped, and are either complete or absent."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import requests

ATTEMPTS = 5
_CHUNK = 1 << 16
"""Bytes; an incomplete chunk is lost when a connection breaks."""
_TIMEOUT = (10, 60)
"""Seconds to connect, and to wait for the next bytes."""


class DownloadError(RuntimeError):
    """A file cannot be downloaded, or has unexpected content."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file of a Maven repository.

    Attributes:
        path: relative to the address of the repository.
        sha256: hex digest of the expected content.
    """

    path: str
    sha256: str

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.rpartition("/")[2]


def download(artifact: Artifact, repository: str, folder: Path) -> Path:
    """The artifact in this folder, downloaded if it is not there.

    An interrupted download is kept as ``….part``, and resumed by this call or the next one.

    Raises:
        DownloadError: the repository does not provide it, or its content is unexpected.
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
            _resume(url, part)
        except requests.RequestException as error:
            refused = isinstance(error, requests.HTTPError)
            if refused or attempt == ATTEMPTS:
                raise DownloadError(f"{part.stem} cannot be downloaded: {error}") from error
            time.sleep(attempt)
        else:
            return


def _resume(url: str, part: Path) -> None:
    """Append the missing bytes, or download all of them if the server does not support ranges."""
    there = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={there}-"} if there else {}
    with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
        if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # the file is complete
        answer.raise_for_status()
        resumes = answer.status_code == HTTPStatus.PARTIAL_CONTENT
        with part.open("ab" if resumes else "wb") as file:
            for chunk in answer.iter_content(_CHUNK):
                file.write(chunk)
