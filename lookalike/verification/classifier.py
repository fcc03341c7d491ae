"""Models that weigh the evidence: is it one photograph, and is it another colour of it?

Both are gradient-boosted trees, fitted by ``scripts.classifier`` and stored as ONNX.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import numpy as np
import onnxruntime

from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.inference import inference_session

SAME_PHOTOGRAPH = "same_photograph.onnx"
RECOLOURED = "recoloured.onnx"


class Judge:
    """Weighs terms (``verification.terms``). Safe to call from several threads.

    Args:
        same_photograph: an ONNX model from terms, shape (n, terms), to log odds.
        recoloured: the same, for the question whether the colours are other ones.
    """

    def __init__(self, same_photograph: bytes, recoloured: bytes) -> None:
        self._same_photograph = inference_session(same_photograph)
        self._recoloured = inference_session(recoloured)

    @classmethod
    def shipped(cls) -> Judge:
        """The models that come with this version."""
        return cls(*_shipped())

    def same_photograph(self, terms: Mapping[str, float]) -> float:
        """Log odds that query and candidate come from one photograph."""
        return _log_odds(self._same_photograph, terms)

    def recoloured(self, terms: Mapping[str, float]) -> float:
        """Log odds that one is a recolouring of the other, given one photograph."""
        return _log_odds(self._recoloured, terms)


@cache
def judge_version() -> str:
    """Names the fingerprints and the shipped models: what a calibration is fitted for."""
    digest = hashlib.sha256(b"".join(_shipped())).hexdigest()
    return f"{ALGORITHM_VERSION}-{digest[:8]}"


def _shipped() -> list[bytes]:
    folder = resources.files(__package__)
    return [folder.joinpath(name).read_bytes() for name in (SAME_PHOTOGRAPH, RECOLOURED)]


def _log_odds(session: onnxruntime.InferenceSession, terms: Mapping[str, float]) -> float:
    row = np.array([list(terms.values())], np.float32)
    [scores] = session.run(["log_odds"], {"terms": row})
    return float(np.asarray(scores).item())
