"""A fitted model whose features are bound by name, though ONNX knows them by position alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from lookalike.errors import PermanentError
from lookalike.inference import inference_session

INPUT = "terms"
"""Name of the models' input: features, shape (n, features), float32.

The shipped files have this name inside, so it stays although the code says *features*.
"""
OUTPUT = "log_odds"
"""Name of the models' output inside the shipped files, shape (n, 1), float32."""


class FeatureMismatchError(PermanentError):
    """A model needs a feature that is not computed, or its names do not fit its inputs."""

    code = "feature_mismatch"
    title = "Model of other features"


class FeatureModel:
    """Log odds from named features. Several threads may call it at once.

    Args:
        content: the model in ONNX, from ``INPUT`` to ``OUTPUT``.
        names: of the features, in the order of the model's input.

    Raises:
        FeatureMismatchError: a name occurs twice, or there are more or fewer than inputs.
    """

    def __init__(self, content: bytes, names: Sequence[str]) -> None:
        self._session = inference_session(content)
        self._names = tuple(names)
        twice = [name for name, count in Counter(self._names).items() if count > 1]
        if twice:
            raise FeatureMismatchError(f"The model names features twice: {', '.join(twice)}.")
        inputs = self._session.get_inputs()[0].shape[1]
        if inputs != len(self._names):
            raise FeatureMismatchError(
                f"The model has {inputs} inputs, and {len(self._names)} features are named."
            )

    @classmethod
    def load(cls, content: bytes, names: str, computed: Collection[str]) -> FeatureModel:
        """Load a model of computed features. More of these may be computed than it needs.

        Args:
            content: the model in ONNX.
            names: ``feature_list`` of its features, in JSON.
            computed: names of the features that are computed, in any order.

        Raises:
            FeatureMismatchError: the model needs a feature that is not computed.
        """
        model = cls(content, json.loads(names)["features"])
        absent = ", ".join(sorted(set(model._names) - set(computed)))
        if absent:
            raise FeatureMismatchError(f"The model needs features that nothing computes: {absent}.")
        return model

    def log_odds(self, features: Mapping[str, float]) -> float:
        """Log odds of one row of features, given in any order.

        Raises:
            KeyError: a feature is missing.
        """
        row = np.array([[features[name] for name in self._names]], np.float32)
        [scores] = self._session.run([OUTPUT], {INPUT: row})
        return float(np.asarray(scores).item())


def feature_list(names: Sequence[str]) -> str:
    """The file that names a model's features, in the order of its input."""
    return json.dumps({"features": list(names)}, indent=2) + "\n"
