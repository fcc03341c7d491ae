"""The classifier of verified candidates: is it one photograph, and are its colours other ones?

Both models are gradient-boosted trees, fitted by ``lookalike.evaluation.fitting`` and stored as
ONNX, each with the names of its features in a JSON file beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from lookalike.fingerprint.version import MODEL_SHA256, VERIFICATION_RECIPE
from lookalike.verification.feature_model import FeatureModel
from lookalike.verification.features import feature_names

SAME_PHOTOGRAPH = "same_photograph"
RECOLOURED = "recoloured"
"""Names of the models: of their files without the suffix."""


class Classifier:
    """Turns features into log odds. Several threads may call it at once.

    Args:
        same_photograph: answers whether query and candidate come from one photograph.
        recoloured: answers whether the colours of one photograph are other ones.
    """

    def __init__(self, same_photograph: FeatureModel, recoloured: FeatureModel) -> None:
        self._same_photograph = same_photograph
        self._recoloured = recoloured

    @classmethod
    def shipped(cls) -> Classifier:
        """Load the models that come with this version.

        Raises:
            FeatureMismatchError: a model needs a feature that ``features`` does not compute.
        """
        return cls.read(_shipped_folder())

    @classmethod
    def read(cls, folder: Traversable) -> Classifier:
        """Load the models in a folder.

        Raises:
            FeatureMismatchError: as of ``shipped``.
        """
        return cls(*(_model(folder, name) for name in (SAME_PHOTOGRAPH, RECOLOURED)))

    def same_photograph(self, features: Mapping[str, float]) -> float:
        """Log odds that query and candidate come from one photograph."""
        return self._same_photograph.log_odds(features)

    def recoloured(self, features: Mapping[str, float]) -> float:
        """Log odds that one is a recolouring of the other, given one photograph."""
        return self._recoloured.log_odds(features)


@cache
def classifier_version() -> str:
    """The version of the shipped classifier; see ``version_of_models``."""
    return version_of_models(_shipped_folder())


def version_of_models(folder: Traversable) -> str:
    """The version of the classifier in a folder, for which a calibration is fitted.

    It names what verification reads of a fingerprint, the network, and the models.
    """
    digest = hashlib.sha256()
    for name in (SAME_PHOTOGRAPH, RECOLOURED):
        digest.update(folder.joinpath(f"{name}.onnx").read_bytes())
    return f"{VERIFICATION_RECIPE}-{MODEL_SHA256[:8]}-{digest.hexdigest()[:8]}"


def _model(folder: Traversable, name: str) -> FeatureModel:
    content, names = (folder.joinpath(f"{name}.{kind}") for kind in ("onnx", "json"))
    return FeatureModel.load(content.read_bytes(), names.read_text("utf-8"), feature_names())


def _shipped_folder() -> Traversable:
    return resources.files(__package__)
