"""Imports that a running or deployed service works on by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO, Any

from lookalike.api.imports.models import FailureAnswer, FailuresAnswer, ImportAnswer
from lookalike.api.uploads.models import UploadAnswer
from lookalike.cli.remote.connection import Connection
from lookalike.cli.remote.errors import RemoteRefusedError

_PAGE = 1000


class RemoteImports:
    """The routes of imports, as methods.

    All raise ``RemoteRefusedError`` where the service refuses, and ``RemoteUnavailableError`` where
    it is away.

    Args:
        connection: to the service.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def uploaded(self, catalogue: IO[bytes]) -> str | None:
        """Upload a catalogue; its address, or ``None`` where requests have files, however large.

        Args:
            catalogue: seekable; read from its beginning.
        """
        size = {"bytes": catalogue.seek(0, os.SEEK_END), "kind": "catalogue"}
        try:
            answer = self._connection.call("POST", "/uploads", json=size)
        except RemoteRefusedError as error:
            if error.reason != "unknown_path":
                raise
            return None
        place = self._connection.read(UploadAnswer, answer)
        catalogue.seek(0)
        self._connection.put(place.upload_url, catalogue)
        return place.image_url

    def begin(self, **what: Any) -> ImportAnswer:  # noqa: ANN401 - as requests has it
        """Begin an import (``POST /imports``); ``what`` is sent, as of ``Connection.call``."""
        return self._import("POST", "/imports", **what)

    def progress(self, import_id: str) -> ImportAnswer:
        """How far an import is (``GET /imports/{id}``)."""
        return self._import("GET", f"/imports/{import_id}")

    def stop(self, import_id: str) -> ImportAnswer:
        """End an import (``DELETE /imports/{id}``); what it has loaded stays."""
        return self._import("DELETE", f"/imports/{import_id}")

    def resume(self, import_id: str, *, failed: bool) -> ImportAnswer:
        """Go on with an import that has ended, with ``failed`` also with rows that were refused."""
        path = f"/imports/{import_id}/resume"
        return self._import("POST", path, params={"failed": str(failed).lower()})

    def failures(self, import_id: str) -> Iterator[FailureAnswer]:
        """All rows that were refused (``GET /imports/{id}/failures``)."""
        path: str | None = f"/imports/{import_id}/failures?limit={_PAGE}"
        while path:
            page = self._connection.read(FailuresAnswer, self._connection.call("GET", path))
            yield from page.failures
            path = page.next

    def _import(self, method: str, path: str, **what: Any) -> ImportAnswer:  # noqa: ANN401 - as above
        return self._connection.read(ImportAnswer, self._connection.call(method, path, **what))
