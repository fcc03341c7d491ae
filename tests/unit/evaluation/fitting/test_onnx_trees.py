"""Fitted trees give the same log odds as ONNX."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from lookalike.evaluation.fitting.onnx_trees import to_onnx
from lookalike.inference import inference_session
from lookalike.verification.feature_model import INPUT, OUTPUT


@pytest.mark.parametrize("leaves", [2, 12])
def test_should_give_what_the_fitted_model_gives(leaves: int) -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(400, 6)).astype(np.float32)
    labels = features[:, 0] * features[:, 1] + features[:, 2] > 0
    model = HistGradientBoostingClassifier(max_iter=20, max_leaf_nodes=leaves).fit(features, labels)
    session = inference_session(to_onnx(model))
    [odds] = session.run([OUTPUT], {INPUT: features})
    assert odds.ravel() == pytest.approx(model.decision_function(features), abs=1e-4)
    assert (odds.ravel() > 0).mean() == pytest.approx(labels.mean(), abs=0.1)
