"""Filters by attributes, as requests write them: ``key:value``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from lookalike.catalogue.product_limits import (
    MAX_ATTRIBUTE_NAME_LENGTH,
    MAX_ATTRIBUTE_VALUE_LENGTH,
)

MAX_FILTER_LENGTH = MAX_ATTRIBUTE_NAME_LENGTH + len(":") + MAX_ATTRIBUTE_VALUE_LENGTH
MAX_CONDITIONS = 50
"""Conditions of one kind in a request."""
_KEY_AND_VALUE = "^[^:]+:"


def key_and_value(text: str) -> str:
    """The text, if it is ``key:value``.

    Raises:
        ValueError: it is not.
    """
    key, colon, _ = text.partition(":")
    if not key or not colon:
        raise ValueError("must be key:value, such as category:Shirt")
    return text


AttributeFilter = Annotated[
    str,
    StringConstraints(max_length=MAX_FILTER_LENGTH),
    AfterValidator(key_and_value),
    Field(json_schema_extra={"pattern": _KEY_AND_VALUE}),
]


def attribute_pairs(filters: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Names and values of filters, each of which is split at its first colon."""
    pairs = (text.partition(":") for text in filters)
    return frozenset((key, value) for key, _, value in pairs)
