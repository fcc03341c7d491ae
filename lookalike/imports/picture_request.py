"""What worker processes are asked about a picture, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.errors import LookalikeError
from lookalike.images.fetching.validators import NO_VALIDATORS, Validators
from lookalike.pictures import Fingerprint


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """A picture to be fingerprinted, unless it is still the version that is known."""

    address: str
    known: Validators = NO_VALIDATORS


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """A picture that was read.

    Attributes:
        fingerprint: ``None`` where it is still the version that was known.
        validators: of this version.
    """

    fingerprint: Fingerprint | None
    validators: Validators = NO_VALIDATORS


Outcome = ReadPicture | LookalikeError
"""What is behind an address, or why it cannot be read."""
