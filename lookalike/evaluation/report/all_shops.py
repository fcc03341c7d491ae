"""Cells of the row over all catalogues, which stands first in every table with a row for each."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import numpy as np

from lookalike.evaluation.report.document import NOTHING, share_text


def label(number: int) -> str:
    """The label of the row."""
    return f"all {number}"


def mean_and_median(shares: Sequence[float]) -> str:
    """Mean and median of the catalogues' shares; catalogues without one (NaN) are left out."""
    known = [share for share in shares if not isnan(share)]
    if not known:
        return NOTHING
    return f"{share_text(float(np.mean(known)))}; {share_text(float(np.median(known)))}"
