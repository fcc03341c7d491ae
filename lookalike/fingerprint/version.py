"""The algorithm version: of all that decides about a bit of a fingerprint."""

from __future__ import annotations

RECIPE = 4
"""Counts changes of preparation, hashes, signature and quality: raise it whenever a bit changes."""
VERIFICATION_RECIPE = 3
"""``RECIPE`` at the last change of what verification reads: preparation, pHash, cells, signature.
While it stays the same, classifier and calibration stay valid, and numbers of embeddings are as
they were."""
MODEL_SHA256 = "7bb87cbdd95f9b3557291cc5c7ec968584fb0f930907e0a281d5427062439695"
"""Digest of the network's files, which ``scripts.model.build`` writes."""
ALGORITHM_VERSION = f"{RECIPE}-{MODEL_SHA256[:8]}"
