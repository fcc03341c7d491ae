"""The source revision of a picture at a web address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Self

from lookalike.images.fetching.validators import Validators

REFRESH_AFTER = 30 * 24 * 60 * 60.0
"""Seconds after which an import asks again for a picture at a web address."""


@dataclass(frozen=True, slots=True)
class WebRevision:
    """When a picture was last asked for, and what its server then said about its version.

    Attributes:
        algorithm_version: of the fingerprint that is stored.
        asked_at: seconds since the epoch (UTC).
        validators: of the server.
    """

    algorithm_version: str
    asked_at: int
    validators: Validators

    @classmethod
    def parse(cls, source_revision: str) -> Self | None:
        """Read what ``str`` has written; ``None`` if it is the revision of something else."""
        version, _, text = source_revision.partition(" ")
        try:
            asked_at, etag, last_modified = json.loads(text)
        except (ValueError, TypeError, RecursionError):
            return None
        is_whole = (
            type(asked_at) is int and isinstance(etag, str) and isinstance(last_modified, str)
        )
        return cls(version, asked_at, Validators(etag, last_modified)) if is_whole else None

    def __str__(self) -> str:
        """Return it as a text, to be stored."""
        said = [self.asked_at, self.validators.etag, self.validators.last_modified]
        return f"{self.algorithm_version} {json.dumps(said)}"
