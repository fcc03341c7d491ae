"""The algorithm version: of all that decides about a bit of a fingerprint."""

from __future__ import annotations

RECIPE = 5
"""Counts changes of preparation, hashes, signature and quality: raise it whenever a bit changes."""
VERIFICATION_RECIPE = 5
"""``RECIPE`` at the last change of what verification reads: preparation, pHash, cells, signature.
While it stays the same, classifier and calibration stay valid."""
PREPARATION_RECIPE = 3
"""``RECIPE`` at the last change of preparation: while it stays the same, a network sees the same of
a picture, and numbers of embeddings are as they were. (Those that are computed from a stored
thumbnail differ a little with its size.)"""
MODEL_SHA256 = "7bb87cbdd95f9b3557291cc5c7ec968584fb0f930907e0a281d5427062439695"
"""Digest of the network's files, which ``scripts.model.build`` writes."""
ALGORITHM_VERSION = f"{RECIPE}-{MODEL_SHA256[:8]}"
