"""The layouts of all hashes, by name: all that stores and vector indices need to know of them."""

from __future__ import annotations

from lookalike.fingerprint.hash_algorithm import HashLayout, HashRows
from lookalike.fingerprint.registry import HASHES

__all__ = ["LAYOUTS", "HashLayout", "HashRows"]

LAYOUTS = {algorithm.layout.name: algorithm.layout for algorithm in HASHES}
