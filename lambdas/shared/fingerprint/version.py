"""The version of fingerprints: of the whole recipe, the network's digest included."""

from __future__ import annotations

RECIPE = 1
"""Counts changes of preparation, hashes and quality. Raise it with any change of their bits."""
MODEL_SHA256 = "ac164d67f1a8d56ee75c988ee1e3b42028c9e0adf857905ad5eea5d22eae7844"
"""Digest of the network's file, which ``scripts.model.build`` makes."""
ALGORITHM_VERSION = f"{RECIPE}-{MODEL_SHA256[:8]}"
