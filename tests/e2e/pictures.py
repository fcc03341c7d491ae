"""Addresses of pictures that the deployment fetches: on loopback, or uploaded to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from tests.e2e.service import Api
from tests.integration.processes import SAMPLE
from tests.servers import PictureServer, answer


class Pictures(Protocol):
    """Where pictures are that a deployment can fetch."""

    missing: str
    """An address where no picture is."""

    def address(self, path: str) -> str:
        """The address of a picture of the sample, by its path there."""

    def put(self, picture: bytes) -> str:
        """The address of a picture that is not in the sample."""


class ServedPictures:
    """Pictures on loopback, which an emulator may fetch.

    Args:
        server: has the sample already.
    """

    def __init__(self, server: PictureServer) -> None:
        self._server = server
        self._numbers = count()
        self.missing = server.url("/none")

    def address(self, path: str) -> str:
        """The address of a picture of the sample."""
        return self._server.url(f"/{path}")

    def put(self, picture: bytes) -> str:
        """The address of another picture."""
        return self._server.route(f"/others/{next(self._numbers)}.jpg", answer(picture))


@dataclass
class UploadedPictures:
    """Pictures that are uploaded to the deployment: an account cannot reach this machine.

    Attributes:
        api: the deployment.
    """

    api: Api
    missing: str = "https://www.example.com/no-such-picture.jpg"
    _known: dict[str, str] = field(default_factory=dict)

    def address(self, path: str) -> str:
        """The address of a picture of the sample, uploaded once."""
        if path not in self._known:
            self._known[path] = self.put((SAMPLE / path).read_bytes())
        return self._known[path]

    def put(self, picture: bytes) -> str:
        """The address of a picture, just uploaded."""
        place = self.api.request("POST", "/uploads", json={"bytes": len(picture)}).json()
        done = Api("", None).request("PUT", place["upload_url"], data=picture)
        assert done.ok, done.text
        return str(place["image_url"])
