"""Fingerprinter and matcher with the models and the calibration that are shipped."""

from __future__ import annotations

from functools import cache

from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.matching.calibration import Calibration
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.geometric_verifier import GeometricVerifier
from lookalike.storage.interfaces import Storage
from lookalike.verification.classifier import Classifier


def fingerprinter() -> PictureFingerprinter:
    """A fingerprinter of the current algorithm version."""
    return PictureFingerprinter(Network.load())


def build_matcher(
    storage: Storage,
    fingerprinter: PictureFingerprinter,
    calibration: Calibration | None = None,
    classifier: Classifier | None = None,
) -> CatalogueMatcher:
    """A matcher that checks pictures against a storage.

    Args:
        storage: holds the catalogue.
        fingerprinter: computes the fingerprints of queries.
        calibration: of the classifier; ``None``: the shipped one.
        classifier: ``None``: the shipped one.
    """
    verifier = GeometricVerifier(
        fingerprinter.network,
        classifier or _shared_classifier(),
        calibration or Calibration.shipped(),
    )
    return CatalogueMatcher(storage, fingerprinter, verifier)


def build_verifier(calibration: Calibration, network: Network | None = None) -> GeometricVerifier:
    """A verifier of pictures that are stored.

    Args:
        calibration: of the classifier.
        network: describes pictures; ``None``: it is loaded.

    Raises:
        ModelMissingError: the neural network is not installed.
    """
    return GeometricVerifier(network or Network.load(), _shared_classifier(), calibration)


@cache
def _shared_classifier() -> Classifier:
    """One classifier for the whole process. It is loaded once, and safe in threads."""
    return Classifier.shipped()
