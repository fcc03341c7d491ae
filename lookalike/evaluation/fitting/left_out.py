"""Models for every domain, fitted to the others: the domain takes no part in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from lookalike.errors import CatalogueError
from lookalike.evaluation.answers.code_version import code_version
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.fitting.collection import NOT_DECIDING, collect_once
from lookalike.evaluation.fitting.dataset import Dataset
from lookalike.evaluation.fitting.fitted import Fitted, fit_all, write_fitted
from lookalike.evaluation.methods.ours import CALIBRATION
from lookalike.evaluation.settings import FittingSettings
from lookalike.terminal import errors

SAMPLES = "samples.npz"
FOLDER = "left-out"
MAX_FOLDS = 5
"""Models of the cross-fitting that a calibration is fitted to. Each leaves out a fifth of the
remaining domains, and the left-out one with them."""
MIN_SLOPE = 0.01
"""Log odds that say less than this are fitted to too few samples."""


def left_out_models(
    entries: Sequence[Entry], output: Path, workers: int, settings: FittingSettings
) -> dict[str, Path]:
    """Fit models and a calibration for each domain, and return their folders.

    Samples are collected once. They and the models stay in ``output``, and are used again while
    catalogues, code and libraries are the same.

    Args:
        entries: of at least two domains.
        output: the folder of the run.
        workers: number of processes that collect samples.
        settings: of the fit.

    Raises:
        CatalogueError: there are too few domains, or the others are too small to fit to.
    """
    domains = list(dict.fromkeys(entry.domain for entry in entries))
    if len(domains) < 2:  # noqa: PLR2004 - one that is left out, and another one
        raise CatalogueError(
            "--leave-one-out needs at least two catalogues with usable pictures: each is answered "
            "by models that are fitted to the others."
        )
    samples = output / SAMPLES
    about = collect_once(samples, entries, workers, settings)
    folders = {domain: output / FOLDER / domain for domain in domains}
    wanted = {domain: _about(about, domain, settings) for domain in domains}
    _fit_missing(samples, folders, wanted, settings)
    return folders


def _about(samples: str, domain: str, settings: FittingSettings) -> str:
    """A digest of what decides about the models that leave out a domain."""
    code = code_version(module=__name__, without=NOT_DECIDING)
    parts = f"{samples} {code} {settings.rounds} {domain}"
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


def _fit_missing(
    samples: Path, folders: Mapping[str, Path], wanted: Mapping[str, str], settings: FittingSettings
) -> None:
    missing = [domain for domain in folders if not _is_fitted(folders[domain], wanted[domain])]
    if not missing:
        return
    dataset = Dataset.read(samples)
    for number, domain in enumerate(missing, 1):
        errors.print(f"Fitting without {domain}: {number} of {len(missing)}")
        folder = folders[domain]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CALIBRATION).unlink(missing_ok=True)
        others = dataset.without(domain)
        fitted = _fitted(others, domain, settings)
        write_fitted(fitted, others, folder, folder / CALIBRATION, wanted[domain])


def _is_fitted(folder: Path, about: str) -> bool:
    """Return whether a folder holds these models; their calibration is written last."""
    try:
        found = json.loads((folder / CALIBRATION).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return bool(found.get("about") == about)


def _fitted(others: Dataset, domain: str, settings: FittingSettings) -> Fitted:
    if not (others.is_own.any() and others.is_unrelated.any()):
        raise _too_small(domain)
    fitted = fit_all(others, settings.rounds, MAX_FOLDS)
    if fitted.calibration.slope < MIN_SLOPE:
        raise _too_small(domain)
    return fitted


def _too_small(domain: str) -> CatalogueError:
    return CatalogueError(
        f"Without {domain}, the catalogues show too little to fit models to. Add catalogues with "
        "pictures of several products."
    )
