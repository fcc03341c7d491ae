"""Fit the shipped classifier and its calibration to collected samples.

    python -m scripts.classifier.fit samples.npz

Writes ``same_photograph`` and ``recoloured``, each as ``.onnx`` with its features in ``.json``,
beside ``lookalike.verification.classifier``, and ``calibration.json`` beside
``lookalike.matching.calibration``. The calibration is fitted to log odds of models that the shop in
question took no part in fitting.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lookalike.evaluation.fitting.dataset import Dataset
from lookalike.evaluation.fitting.fitted import cross_fitted_colour, fit_all, write_fitted
from lookalike.evaluation.fitting.left_out import MAX_FOLDS
from lookalike.evaluation.fitting.summary import summary
from lookalike.matching import calibration
from lookalike.verification import classifier


def main() -> None:
    """Fit to the samples named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samples", type=Path, help="that scripts.classifier.collect wrote")
    samples = parser.parse_args().samples
    try:
        dataset = Dataset.read(samples)
    except FileNotFoundError:
        parser.error(f"there is no file {samples}")
    except KeyError as error:
        parser.error(f"{samples} is of another version ({error.args[0]}): collect samples anew")
    fitted = fit_all(dataset, at_most=MAX_FOLDS)
    colour = cross_fitted_colour(dataset, fitted.same, at_most=MAX_FOLDS)
    print("\n".join(summary(dataset, fitted.same, colour)))
    path = Path(calibration.__file__).with_name("calibration.json")
    write_fitted(fitted, dataset, Path(classifier.__file__).parent, path)
    print(path.read_text("utf-8"))


if __name__ == "__main__":
    main()
