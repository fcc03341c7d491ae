"""Models for every domain, fitted to others: the domain takes no part in them.

Domains are divided into folds, and the models of each fold are fitted to the other folds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from lookalike.errors import CatalogueError
from lookalike.evaluation.answers.code_version import code_version
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.fitting.collection import NOT_DECIDING, collect_once
from lookalike.evaluation.fitting.dataset import Dataset
from lookalike.evaluation.fitting.fitted import Fitted, fit_all, write_fitted
from lookalike.evaluation.methods.ours import CALIBRATION
from lookalike.evaluation.parallel import results
from lookalike.evaluation.settings import FittingSettings
from lookalike.terminal import errors

SAMPLES = "samples.npz"
FOLDER = "left-out"
MAX_FOLDS = 6
"""Folds that domains are divided into; each of fewer domains is a fold of its own."""
FEW_PICTURES = 300
"""Pictures to fit to below which a user is told that the figures say little."""
MIN_SLOPE = 0.01
"""Log odds that say less than this are fitted to too few samples."""


def left_out_models(
    entries: Sequence[Entry], output: Path, workers: int, settings: FittingSettings
) -> dict[str, Path]:
    """Fit models and a calibration for each fold of domains, and return the folder of each domain.

    Samples are collected once. They and the models stay in ``output``, and are used again while
    catalogues, code and libraries are the same.

    Args:
        entries: of at least two domains.
        output: the folder of the run.
        workers: number of processes.
        settings: of the fit.

    Raises:
        CatalogueError: there are too few domains, or the others are too small to fit to.
    """
    folds = folds_of(entries)
    if len(folds) < 2:  # noqa: PLR2004 - one that is left out, and another one
        raise CatalogueError(
            "--leave-one-out needs at least two catalogues with usable pictures: each is answered "
            "by models that are fitted to the others."
        )
    _warn_of_few_pictures(entries, folds)
    samples = output / SAMPLES
    about = collect_once(samples, entries, workers, settings)
    tasks = [
        _Task(domains, output / FOLDER / str(number), _about(about, domains, settings))
        for number, domains in enumerate(folds, 1)
    ]
    missing = [task for task in tasks if not task.is_done]
    for _ in results(_fit, missing, workers, "Fitting", _load, samples, settings):
        pass
    return {domain: task.folder for task in tasks for domain in task.domains}


def folds_of(entries: Sequence[Entry]) -> list[list[str]]:
    """The domains of entries, divided into folds of about as many entries."""
    domains = np.array([entry.domain for entry in entries])
    names = np.unique(domains)
    if len(names) < 2:  # noqa: PLR2004 - nothing to divide
        return [names.tolist()]
    divided = GroupKFold(min(MAX_FOLDS, len(names))).split(domains, groups=domains)
    return sorted(np.unique(domains[held_out]).tolist() for _, held_out in divided)


def _warn_of_few_pictures(entries: Sequence[Entry], folds: Sequence[Sequence[str]]) -> None:
    fewest = min(sum(entry.domain not in fold for entry in entries) for fold in folds)
    if fewest < FEW_PICTURES:
        errors.print(
            f"Some models are fitted to {fewest} pictures alone, so that their figures say little. "
            "Use some hundreds in each of several catalogues."
        )


def _about(samples: str, domains: Sequence[str], settings: FittingSettings) -> str:
    """A digest of what decides about the models that leave out some domains."""
    code = code_version(module=__name__, without=NOT_DECIDING)
    parts = f"{samples} {code} {settings.rounds} {domains}"
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _Task:
    """The domains that are left out, the folder of their models, and what these follow from."""

    domains: Sequence[str]
    folder: Path
    about: str

    @property
    def is_done(self) -> bool:
        """True if the folder holds these models; their calibration is written last."""
        try:
            found = json.loads((self.folder / CALIBRATION).read_text("utf-8"))
        except (OSError, ValueError):
            return False
        return bool(found.get("about") == self.about)


class _Worker:
    """The state of one process."""

    dataset: Dataset
    settings: FittingSettings


def _load(samples: Path, settings: FittingSettings) -> None:
    _Worker.dataset = Dataset.read(samples)
    _Worker.settings = settings


def _fit(task: _Task) -> None:
    """Fit on one thread: processes fit beside each other, and threads of each would collide."""
    task.folder.mkdir(parents=True, exist_ok=True)
    (task.folder / CALIBRATION).unlink(missing_ok=True)
    others = _Worker.dataset.without(task.domains)
    with threadpool_limits(1):
        fitted = _fitted(others, task.domains, _Worker.settings)
    write_fitted(fitted, others, task.folder, task.folder / CALIBRATION, task.about)


def _fitted(others: Dataset, left_out: Sequence[str], settings: FittingSettings) -> Fitted:
    if not (others.is_own.any() and others.is_unrelated.any()):
        raise _too_small(left_out)
    fitted = fit_all(others, settings.rounds, MAX_FOLDS - 1)
    if fitted.calibration.slope < MIN_SLOPE:
        raise _too_small(left_out)
    return fitted


def _too_small(left_out: Sequence[str]) -> CatalogueError:
    return CatalogueError(
        f"Without {', '.join(left_out)}, the catalogues show too little to fit models to. Add "
        "catalogues with pictures of several products."
    )
