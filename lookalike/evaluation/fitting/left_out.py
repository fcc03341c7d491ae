"""Models for every domain, fitted to the others: the domain takes no part in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
        workers: number of processes.
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
    tasks = [_Task(name, folders[name], _about(about, name, settings)) for name in domains]
    missing = [task for task in tasks if not task.is_done]
    for _ in results(_fit, missing, workers, "Fitting", _load, samples, settings):
        pass
    return folders


def _about(samples: str, domain: str, settings: FittingSettings) -> str:
    """A digest of what decides about the models that leave out a domain."""
    code = code_version(module=__name__, without=NOT_DECIDING)
    parts = f"{samples} {code} {settings.rounds} {domain}"
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _Task:
    """A domain that is left out, the folder of its models, and what they follow from."""

    domain: str
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
    others = _Worker.dataset.without(task.domain)
    with threadpool_limits(1):
        fitted = _fitted(others, task.domain, _Worker.settings)
    write_fitted(fitted, others, task.folder, task.folder / CALIBRATION, task.about)


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
