"""The version of fingerprints: of the whole recipe, the network's digest included."""

from __future__ import annotations

RECIPE = 2
"""Counts changes of preparation, hashes and quality. Raise it with any change of their bits."""
MODEL_SHA256 = "7bb87cbdd95f9b3557291cc5c7ec968584fb0f930907e0a281d5427062439695"
"""Digest of the network's file, which ``scripts.model.build`` makes."""
ALGORITHM_VERSION = f"{RECIPE}-{MODEL_SHA256[:8]}"
