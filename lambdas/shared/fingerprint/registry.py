"""The binary hashes of a fingerprint. A new one is a file, a layout and a line here."""

from __future__ import annotations

from lambdas.shared.fingerprint.deep_hash import DeepHash
from lambdas.shared.fingerprint.interfaces import HashAlgorithm
from lambdas.shared.fingerprint.phash import PHash

HASHES: tuple[HashAlgorithm, ...] = (PHash(), DeepHash())
