"""Fit the classifier and the calibration to collected samples.

    python -m scripts.classifier.fit samples.npz

Writes ``same_photograph`` and ``recoloured``, each as ``.onnx`` with its features in ``.json``,
beside ``lookalike.verification.classifier``, and ``calibration.json`` beside
``lookalike.matching.calibration``. The calibration is fitted to log odds of models that were not
fitted to the product in question (five folds by product).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from lookalike.evaluation.fitting.calibrate import calibrate
from lookalike.evaluation.fitting.dataset import Dataset
from lookalike.evaluation.fitting.onnx_trees import to_onnx
from lookalike.evaluation.fitting.summary import summary
from lookalike.evaluation.fitting.tasks import recoloured, same_photograph
from lookalike.evaluation.fitting.trees import Size, cross_fitted, fit
from lookalike.matching import calibration
from lookalike.verification import classifier
from lookalike.verification.feature_model import feature_list

SAME_SIZE = Size(rounds=300, leaves=12)
COLOUR_SIZE = Size(rounds=300, leaves=10)


def write_model(
    folder: Path, name: str, model: HistGradientBoostingClassifier, feature_names: list[str]
) -> None:
    """Write a fitted model and the names of its features."""
    (folder / f"{name}.onnx").write_bytes(to_onnx(model))
    (folder / f"{name}.json").write_text(feature_list(feature_names), encoding="utf-8")


def calibration_file(found: calibration.Calibration, dataset: Dataset) -> str:
    """The calibration as JSON, with the pictures of each domain that it was fitted on."""
    domains, counts = np.unique(dataset.domains, return_counts=True)
    written = {
        "slope": round(found.slope, 4),
        "intercept": round(found.intercept, 4),
        "growth": round(found.growth, 4),
        "fitted_on": dict(zip(domains.tolist(), counts.tolist(), strict=True)),
        calibration.VERSION_KEY: classifier.classifier_version(),
    }
    return json.dumps(written, indent=2) + "\n"


def main() -> None:
    """Fit to the samples named on the command line."""
    dataset = Dataset.read(Path(sys.argv[1]))
    same_task = same_photograph(dataset)
    same = cross_fitted(dataset, same_task, SAME_SIZE)
    colour_task = recoloured(dataset, same)
    colour = cross_fitted(dataset, colour_task, COLOUR_SIZE)
    print("\n".join(summary(dataset, same, colour)))
    found = calibrate(dataset, same)
    folder = Path(classifier.__file__).parent
    for name, task, size in (
        (classifier.SAME_PHOTOGRAPH, same_task, SAME_SIZE),
        (classifier.RECOLOURED, colour_task, COLOUR_SIZE),
    ):
        write_model(folder, name, fit(dataset, task, size), dataset.feature_names)
    written = calibration_file(found, dataset)
    path = Path(calibration.__file__).with_name("calibration.json")
    path.write_text(written, encoding="utf-8")
    print(written)


if __name__ == "__main__":
    main()
