"""What is fitted is written so that the product can load it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lookalike.evaluation.fitting.dataset import Dataset
from lookalike.evaluation.fitting.fitted import calibration_file, fit_all, write_model
from lookalike.evaluation.fitting.tasks import same_photograph
from lookalike.evaluation.fitting.trees import Size, fit
from lookalike.matching.calibration import Calibration
from lookalike.verification.classifier import classifier_version
from lookalike.verification.feature_model import FeatureModel


def test_should_write_a_model_that_is_fed_by_name(dataset: Dataset, tmp_path: Path) -> None:
    model = fit(dataset, same_photograph(dataset), Size(rounds=5, leaves=4))
    write_model(tmp_path, "mine", model, dataset.feature_names)
    content, names = (tmp_path / "mine.onnx").read_bytes(), (tmp_path / "mine.json").read_text()
    loaded = FeatureModel.load(content, names, set(dataset.feature_names))
    values = dict(zip(dataset.feature_names, dataset.features[0].tolist(), strict=True))
    [expected] = model.decision_function(dataset.features[:1])
    found = loaded.log_odds(dict(sorted(values.items())))
    assert found == pytest.approx(expected, abs=1e-4)


def test_should_write_a_calibration_that_is_read_back(dataset: Dataset) -> None:
    written = calibration_file(Calibration(0.5, -1.0, 0.25), dataset, classifier_version())
    assert Calibration.parse(written) == Calibration(0.5, -1.0, 0.25)
    assert json.loads(written)["fitted_on"] == {"home": 40, "shop": 40}


def test_should_leave_queries_about_colours_out_of_the_calibration(dataset: Dataset) -> None:
    """Their copies have nothing in common here, and would change it."""
    further = dataset.query % 3 == 0
    mixed = replace(dataset, is_about_colours=further, features=dataset.features.copy())
    mixed.features[further & dataset.is_own] = -1.0
    counted = replace(mixed, is_about_colours=np.zeros_like(further))
    found, alone, fitted_to_all = (
        fit_all(each, rounds=20, at_most=2).calibration
        for each in (mixed, mixed.of(~further), counted)
    )
    assert found == alone
    assert fitted_to_all != found
