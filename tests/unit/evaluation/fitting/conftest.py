"""A dataset that all tests of fitting share."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.evaluation.fitting.dataset import Dataset, write
from tests.unit.evaluation.fitting.builders import ENTRIES, random_samples


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Two domains of products in two colours, as it is written and read."""
    path = tmp_path_factory.mktemp("classifier") / "samples.npz"
    write(path, ENTRIES, list(random_samples(np.random.default_rng(0))))
    return Dataset.read(path)
