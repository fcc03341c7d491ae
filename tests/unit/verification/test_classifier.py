"""The classifier asks two models, and does not depend on the order of features."""

from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pytest

from lookalike.verification.classifier import Classifier
from lookalike.verification.feature_model import FeatureModel
from lookalike.verification.features import feature_names
from tests.unit.verification.builders import linear_model

NAMES = ("a", "b", "c")


CLASSIFIER = Classifier(
    FeatureModel(linear_model([1, 10, 100]), NAMES), FeatureModel(linear_model([-1, 0, 0]), NAMES)
)


@pytest.mark.parametrize(
    ("features", "same", "recoloured"),
    [({"a": 1.0, "b": 2.0, "c": 3.0}, 321, -1), ({"a": 0.0, "b": -1.0, "c": 0.0}, -10, 0)],
)
def test_should_ask_each_model_its_own_question(
    features: dict[str, float], same: float, recoloured: float
) -> None:
    assert CLASSIFIER.same_photograph(features) == pytest.approx(same)
    assert CLASSIFIER.recoloured(features) == pytest.approx(recoloured)


def test_should_give_reordered_features_the_same_log_odds() -> None:
    features = {"a": 1.0, "b": 2.0, "c": 3.0}
    reordered = {name: features[name] for name in "cab"}
    assert CLASSIFIER.same_photograph(reordered) == CLASSIFIER.same_photograph(features)


def test_should_give_reordered_features_the_same_log_odds_by_the_shipped_models() -> None:
    classifier = Classifier.shipped()
    names = json.loads(_shipped("same_photograph.json"))["features"]
    values = np.random.default_rng(0).normal(size=len(names)).tolist()
    features = dict(zip(names, values, strict=True))
    reordered = dict(sorted(features.items(), reverse=True))
    assert list(reordered) != list(features)
    assert classifier.same_photograph(reordered) == classifier.same_photograph(features)
    assert classifier.recoloured(reordered) == classifier.recoloured(features)


def test_should_compute_no_feature_that_no_shipped_model_asks_for() -> None:
    models = ("same_photograph.json", "recoloured.json")
    assert feature_names() == {n for each in models for n in json.loads(_shipped(each))["features"]}


def _shipped(name: str) -> str:
    return (resources.files("lookalike.verification") / name).read_text("utf-8")
