"""Fits both models and their calibration to a dataset, and writes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from lookalike.evaluation.fitting.calibrate import calibrate
from lookalike.evaluation.fitting.dataset import Dataset, Floats
from lookalike.evaluation.fitting.onnx_trees import to_onnx
from lookalike.evaluation.fitting.tasks import recoloured, same_photograph
from lookalike.evaluation.fitting.trees import Size, cross_fitted, fit
from lookalike.evaluation.settings import ROUNDS
from lookalike.matching.calibration import VERSION_KEY, Calibration
from lookalike.verification.classifier import RECOLOURED, SAME_PHOTOGRAPH, version_of_models
from lookalike.verification.feature_model import feature_list

SAME_LEAVES = 16
COLOUR_LEAVES = 16


@dataclass(frozen=True, eq=False)
class Fitted:
    """Both models with their calibration.

    Attributes:
        models: by name of their files.
        calibration: fitted to ``same``.
        same: cross-fitted log odds of every sample that it shows one photograph.
    """

    models: dict[str, HistGradientBoostingClassifier]
    calibration: Calibration
    same: Floats


def fit_all(dataset: Dataset, rounds: int = ROUNDS, at_most: int | None = None) -> Fitted:
    """Fit both models to a dataset, and the calibration to log odds that are cross-fitted.

    Args:
        dataset: all samples.
        rounds: trees of each model.
        at_most: models of the cross-fitting; see ``cross_fitted``.
    """
    task, size = same_photograph(dataset), Size(rounds, SAME_LEAVES)
    same = cross_fitted(dataset, task, size, at_most)
    models = {
        SAME_PHOTOGRAPH: fit(dataset, task, size),
        RECOLOURED: fit(dataset, recoloured(dataset, same), Size(rounds, COLOUR_LEAVES)),
    }
    others = ~dataset.is_about_colours
    return Fitted(models, calibrate(dataset.of(others), same[others]), same)


def cross_fitted_colour(
    dataset: Dataset, same: Floats, rounds: int = ROUNDS, at_most: int | None = None
) -> Floats:
    """Cross-fitted log odds of every sample that its colours are other ones.

    Args:
        dataset: all samples.
        same: as of ``Fitted``.
        rounds: as of ``fit_all``.
        at_most: as of ``fit_all``.
    """
    task, size = recoloured(dataset, same), Size(rounds, COLOUR_LEAVES)
    return cross_fitted(dataset, task, size, at_most)


def write_model(
    folder: Path, name: str, model: HistGradientBoostingClassifier, feature_names: list[str]
) -> None:
    """Write a fitted model and the names of its features."""
    (folder / f"{name}.onnx").write_bytes(to_onnx(model))
    (folder / f"{name}.json").write_text(feature_list(feature_names), encoding="utf-8")


def calibration_file(
    found: Calibration, dataset: Dataset, version: str, about: str | None = None
) -> str:
    """The calibration as JSON, with the pictures of each domain that it was fitted on.

    Args:
        found: the calibration.
        dataset: that it was fitted to.
        version: of the classifier that it belongs to.
        about: what it follows from; not written if ``None``.
    """
    domains, counts = np.unique(dataset.domains, return_counts=True)
    written = {
        "slope": round(found.slope, 4),
        "intercept": round(found.intercept, 4),
        "growth": round(found.growth, 4),
        "upper": round(found.upper, 4),
        "rival": round(found.rival, 4),
        "telling": round(found.telling, 4),
        "fitted_on": dict(zip(domains.tolist(), counts.tolist(), strict=True)),
        VERSION_KEY: version,
    }
    return json.dumps(written | ({} if about is None else {"about": about}), indent=2) + "\n"


def write_fitted(
    fitted: Fitted, dataset: Dataset, models: Path, calibration: Path, about: str | None = None
) -> None:
    """Write both models to a folder, and then the calibration that belongs to them.

    Args:
        fitted: to be written.
        dataset: that it was fitted to.
        models: the folder of the models, which exists.
        calibration: the file of the calibration.
        about: as of ``calibration_file``.
    """
    for name, model in fitted.models.items():
        write_model(models, name, model, dataset.feature_names)
    text = calibration_file(fitted.calibration, dataset, version_of_models(models), about)
    calibration.write_text(text, encoding="utf-8")
