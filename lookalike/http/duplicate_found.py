"""Why a product is not stored that was to be checked before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lookalike.errors import PermanentError


class DuplicateFoundError(PermanentError):
    """The product was refused, since another one shows the same photograph.

    Args:
        detail: a sentence.
        match: that product, as the problem shows it.
    """

    code = "duplicate_found"
    title = "Duplicate found"

    def __init__(self, detail: str, match: Mapping[str, Any]) -> None:
        super().__init__(detail)
        self.match = match
