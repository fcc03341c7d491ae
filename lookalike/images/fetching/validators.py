"""What servers say about the version of a picture, so that it is sent again only if it changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http.client import HTTPResponse

_SENDABLE = re.compile(r"[\x20-\x7e]{1,200}")
"""Longer ones, and those beyond ASCII, are not kept: no server needs them."""


@dataclass(frozen=True, slots=True)
class Validators:
    """The version of a picture at an address; what a server does not say is empty.

    https://www.rfc-editor.org/rfc/rfc9110#name-validator-fields
    """

    etag: str = ""
    last_modified: str = ""

    @classmethod
    def of(cls, response: HTTPResponse) -> Validators:
        """Those that an answer has."""
        found = (response.getheader(name, "") for name in ("ETag", "Last-Modified"))
        return cls(*(text if _SENDABLE.fullmatch(text) else "" for text in found))

    @property
    def headers(self) -> dict[str, str]:
        """Headers that ask for another version alone."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: text for name, text in asked.items() if text}


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came from an address.

    Attributes:
        content: the picture's bytes; ``None`` where it is still the version that was known.
        validators: of this version.
    """

    content: bytes | None
    validators: Validators = NO_VALIDATORS
