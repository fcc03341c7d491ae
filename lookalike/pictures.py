"""Pictures and their fingerprints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FEATURELESS_BELOW = 50
"""Quality below which a picture shows too little to be matched by its hashes."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Everything computed from the pixels of one picture.

    Attributes:
        fingerprint_id: 32 hex digits of a digest over the algorithm version and the prepared
            pixels.
        version: version of the algorithm. Fingerprints of different versions are never compared.
        hashes: stored binary hashes by field name, bits packed most significant first:
            ``phash`` (8 bytes, whole frame), ``phash_trimmed`` (8 bytes, only where a border was
            cut), ``deep`` and ``deep_centre`` (64 bytes each).
        quality: 0 to 100; below ``FEATURELESS_BELOW`` the picture is never matched by hashes,
            and only the identical picture finds it.
        width: pixels, of the original after orientation.
        height: pixels, of the original after orientation.
        trim_box: left, top, right, bottom of the trimmed frame as fractions (0 to 1) of the whole.
        signature: what verification needs; empty where it was not computed.
        embeddings: by model version, what a search by looks needs, as ``storage.embeddings`` packs
            it. They go into the storage with the picture, and are read from there by themselves;
            they are no part of what makes two fingerprints equal.
    """

    fingerprint_id: str
    version: str
    hashes: Mapping[str, bytes]
    quality: int
    width: int
    height: int
    trim_box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    signature: bytes = b""
    embeddings: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    @property
    def phash(self) -> str:
        """The pHash of the whole frame, as 16 hex digits."""
        return self.hashes["phash"].hex()

    @property
    def is_featureless(self) -> bool:
        """True if the picture shows too little to be matched by its hashes."""
        return self.quality < FEATURELESS_BELOW

    @property
    def trimmed_area(self) -> float:
        """The share (0 to 1) of the picture that lies within its border."""
        left, top, right, bottom = self.trim_box
        return round((right - left) * (bottom - top), 4)


@dataclass(frozen=True, slots=True)
class Picture:
    """One distinct image content as it is stored.

    Attributes:
        fingerprint: what was computed from the pixels; never changes.
        last_seen: seconds since the epoch (UTC) when a product last registered this picture.
    """

    fingerprint: Fingerprint
    last_seen: int

    @property
    def fingerprint_id(self) -> str:
        """The key of the picture."""
        return self.fingerprint.fingerprint_id


@dataclass(frozen=True, slots=True)
class VectorEntry:
    """A picture in the vector index: its id and its binary hashes by field name."""

    fingerprint_id: str
    version: str
    hashes: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> VectorEntry:
        """The index entry of a fingerprint."""
        return cls(fingerprint.fingerprint_id, fingerprint.version, fingerprint.hashes)
