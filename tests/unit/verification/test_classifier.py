"""The classifier feeds features to its models by name, and refuses models of other features."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from lookalike.errors import PermanentError
from lookalike.verification.classifier import Classifier
from lookalike.verification.feature_model import (
    INPUT,
    OUTPUT,
    FeatureMismatchError,
    FeatureModel,
    feature_list,
)

NAMES = ("a", "b", "c")


def _linear(weights: Sequence[float]) -> bytes:
    """A model whose log odds are the weighted sum of its inputs."""
    features = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", len(weights)])
    odds = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", 1])
    column = numpy_helper.from_array(np.array(weights, np.float32)[:, None], "weights")
    node = helper.make_node("MatMul", [INPUT, "weights"], [OUTPUT])
    graph = helper.make_graph([node], "linear", [features], [odds], [column])
    opset = [helper.make_opsetid("", 17)]
    content: bytes = onnx.helper.make_model(
        graph, opset_imports=opset, ir_version=8
    ).SerializeToString()
    return content


CLASSIFIER = Classifier(
    FeatureModel(_linear([1, 10, 100]), NAMES), FeatureModel(_linear([-1, 0, 0]), NAMES)
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


def _shipped(name: str) -> str:
    return (resources.files("lookalike.verification") / name).read_text("utf-8")


def test_should_load_a_model_of_exactly_the_computed_features() -> None:
    model = FeatureModel.load(_linear([1, 10, 100]), feature_list(["b", "a", "c"]), set("abc"))
    assert model.log_odds({"a": 1.0, "b": 2.0, "c": 3.0}) == pytest.approx(312)


def test_should_refuse_a_model_that_needs_a_feature_that_is_not_computed() -> None:
    with pytest.raises(FeatureMismatchError, match="that nothing computes: c"):
        FeatureModel.load(_linear([1, 1, 1]), feature_list(NAMES), {"a", "b"})


def test_should_refuse_a_model_that_was_fitted_without_a_computed_feature() -> None:
    with pytest.raises(FeatureMismatchError, match="fitted without features: d, e"):
        FeatureModel.load(_linear([1, 1, 1]), feature_list(NAMES), set("abcde"))


@pytest.mark.parametrize("names", [("a", "b"), ("a", "b", "c", "d"), ()])
def test_should_refuse_another_number_of_names_than_the_model_has_inputs(
    names: tuple[str, ...],
) -> None:
    with pytest.raises(FeatureMismatchError, match=f"3 inputs, and {len(names)} features"):
        FeatureModel(_linear([1, 1, 1]), names)


def test_should_refuse_names_that_occur_twice() -> None:
    with pytest.raises(FeatureMismatchError, match="twice: a"):
        FeatureModel(_linear([1, 1, 1]), ("a", "b", "a"))


def test_should_be_a_permanent_error_to_load_a_model_of_other_features() -> None:
    assert issubclass(FeatureMismatchError, PermanentError)
