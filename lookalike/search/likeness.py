"""From a cosine to a percentage that means something.

It is 100 x the probability that a product of another sku, which an answer of twenty shows with this
cosine, is of the same category and colour as the query: logistic regression on the cosine, fitted
by ``lookalike evaluate --search``. It holds for one version of a model; others have no percentage.
``models.toml`` names a file of such scales for models of one's own.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from lookalike.errors import SettingInvalidError


@dataclass(frozen=True, slots=True)
class LikenessScale:
    """A curve over cosines that does not fall.

    Attributes:
        slope: log odds that a cosine of one adds, 0 or more.
        intercept: log odds at a cosine of zero.
    """

    slope: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    intercept: Annotated[float, Field(allow_inf_nan=False)]

    def percentage(self, cosine: float) -> float:
        """The percentage, 0 to 100, with one decimal."""
        odds = self.slope * cosine + self.intercept
        return round(50 * (1 + math.tanh(odds / 2)), 1)  # the logistic function, without overflow


_FILE = TypeAdapter(dict[str, LikenessScale])


@cache
def shipped_scales() -> Mapping[str, LikenessScale]:
    """The scales that come with this release, by version of the model."""
    text = resources.files(__package__).joinpath("likeness.json").read_text("utf-8")
    return _FILE.validate_json(text)


def read_scales(path: Path, sha256: str | None = None) -> Mapping[str, LikenessScale]:
    """The scales of a file that ``lookalike evaluate --search`` wrote, by version of the model.

    Args:
        path: of the file.
        sha256: its digest; ``None``: any file will do.

    Raises:
        SettingInvalidError: the file cannot be read, has another digest, or is no such file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingInvalidError(f"{path} cannot be read: {error.strerror}.") from error
    digest = hashlib.sha256(content).hexdigest()
    if sha256 not in {None, digest}:
        raise SettingInvalidError(f"{path} has the digest {digest}, and models.toml says {sha256}.")
    try:
        return _FILE.validate_json(content)
    except ValidationError as error:
        raise SettingInvalidError(
            f"{path} is no file of percentages.", "`lookalike evaluate --search` writes one."
        ) from error
