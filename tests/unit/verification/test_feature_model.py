"""A model is fed features by name, and refused where it was fitted to other features."""

from __future__ import annotations

import pytest

from lookalike.errors import PermanentError
from lookalike.verification.feature_model import (
    FeatureMismatchError,
    FeatureModel,
    feature_list,
)
from tests.unit.verification.builders import linear_model

NAMES = ("a", "b", "c")


@pytest.mark.parametrize("computed", ["abc", "abcde"])
def test_should_load_a_model_of_computed_features(computed: str) -> None:
    names = feature_list(["b", "a", "c"])
    model = FeatureModel.load(linear_model([1, 10, 100]), names, set(computed))
    features = dict.fromkeys(computed, 9.0) | {"a": 1.0, "b": 2.0, "c": 3.0}
    assert model.log_odds(features) == pytest.approx(312)


def test_should_refuse_a_model_that_needs_a_feature_that_is_not_computed() -> None:
    with pytest.raises(FeatureMismatchError, match="that nothing computes: c"):
        FeatureModel.load(linear_model([1, 1, 1]), feature_list(NAMES), {"a", "b"})


@pytest.mark.parametrize("names", [("a", "b"), ("a", "b", "c", "d"), ()])
def test_should_refuse_another_number_of_names_than_the_model_has_inputs(
    names: tuple[str, ...],
) -> None:
    with pytest.raises(FeatureMismatchError, match=f"3 inputs, and {len(names)} features"):
        FeatureModel(linear_model([1, 1, 1]), names)


def test_should_refuse_names_that_occur_twice() -> None:
    with pytest.raises(FeatureMismatchError, match="twice: a"):
        FeatureModel(linear_model([1, 1, 1]), ("a", "b", "a"))


def test_should_be_a_permanent_error_to_load_a_model_of_other_features() -> None:
    assert issubclass(FeatureMismatchError, PermanentError)
