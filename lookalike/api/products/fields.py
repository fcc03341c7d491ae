"""The values of products in requests."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import unquote

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from lookalike.catalogue import product_limits as limits
from lookalike.catalogue.product_limits import entity_id_flaw, is_storable


def _decoded(segment: object) -> object:
    """A path segment without its percent-encoding, which API Gateway and our server keep."""
    try:
        return unquote(segment, errors="strict") if isinstance(segment, str) else segment
    except UnicodeDecodeError as error:
        raise ValueError("must be percent-encoded UTF-8") from error


def _fit_for_an_id(text: str) -> str:
    if flaw := entity_id_flaw(text):
        raise ValueError(flaw)
    return text


def _storable(text: str) -> str:
    if not is_storable(text):
        raise ValueError("must not have the character NUL")
    return text


_CONTROL = r"\x00-\x1f\x7f"
_ENTITY_ID = rf"^([^.{_CONTROL}][^{_CONTROL}]*|\.[^.{_CONTROL}][^{_CONTROL}]*|\.\.[^{_CONTROL}]+)$"
"""``entity_id_flaw`` as a pattern: no control characters, and neither . nor .. alone."""
_WITHOUT_NUL: dict[str, Any] = {"pattern": r"^[^\x00]*$"}
_STORABLE = Field(json_schema_extra=_WITHOUT_NUL)


def show_storable_names(schema: dict[str, Any]) -> None:
    """Say in a schema that the names of attributes are storable."""
    schema["propertyNames"] |= _WITHOUT_NUL


EntityId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=limits.MAX_ENTITY_ID_LENGTH),
    BeforeValidator(_decoded),
    AfterValidator(_fit_for_an_id),
    Field(json_schema_extra={"pattern": _ENTITY_ID}),
]
AttributeName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=limits.MAX_ATTRIBUTE_NAME_LENGTH),
    AfterValidator(_storable),
]
AttributeValue = Annotated[
    str,
    StringConstraints(max_length=limits.MAX_ATTRIBUTE_VALUE_LENGTH),
    AfterValidator(_storable),
    _STORABLE,
]
Sku = Annotated[
    str,
    StringConstraints(max_length=limits.MAX_SKU_LENGTH),
    AfterValidator(_storable),
    _STORABLE,
]
FingerprintJson = Annotated[str, StringConstraints(min_length=1, max_length=32_768)]
"""Twice what the longest signature takes in Base64."""
StoredUrl = Annotated[
    str,
    StringConstraints(min_length=1, max_length=limits.MAX_URL_LENGTH),
    AfterValidator(_storable),
    _STORABLE,
]
