"""The binary hashes of a fingerprint, in the order in which they are stored."""

from __future__ import annotations

from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.hash_algorithm import HashAlgorithm
from lookalike.fingerprint.phash import PHash

HASHES: tuple[HashAlgorithm, ...] = (PHash(), DeepHash())
