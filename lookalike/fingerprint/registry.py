"""The binary hashes of a fingerprint. A new one is a file, a layout and a line here."""

from __future__ import annotations

from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.hash_algorithm import HashAlgorithm
from lookalike.fingerprint.phash import PHash

HASHES: tuple[HashAlgorithm, ...] = (PHash(), DeepHash())
