"""Schemas of the OpenAPI document, in the form that validators and client generators need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]
_BOUNDS = ("minimum", "maximum")

COMPONENT = "#/components/schemas/"
"""Prefix of a reference to a named schema."""
EXACTLY_ONE = "x-exactly-one"
"""Marks the schema of an object that has exactly one of some keys: what to append to the name of
the schema by key. A generator ignores rules between keys, but not alternatives with names of their
own, so each key becomes a schema with that key alone, and the object becomes one of them."""


def refined_schemas(schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    """All schemas by name, with alternatives where an object has exactly one of some keys."""
    refined: dict[str, Schema] = {}
    for name, schema in sorted(schemas.items()):
        refined |= _with_alternatives(name, schema)
    return refined


def _with_alternatives(name: str, schema: Schema) -> dict[str, Schema]:
    suffixes: Mapping[str, str] = schema.get(EXACTLY_ONE, {})
    if not suffixes:
        return {name: schema}
    alternatives = {
        name + end: _alternative(schema, key, name + end) for key, end in suffixes.items()
    }
    references = [{"$ref": COMPONENT + alternative} for alternative in alternatives]
    union = {"title": name, "description": schema["description"], "oneOf": references}
    return {name: union, **alternatives}


def _alternative(schema: Schema, key: str, name: str) -> Schema:
    """The schema of the object that has this key, and none of those that exclude it."""
    excluded = schema[EXACTLY_ONE].keys() - {key}
    properties = {
        other: _without_null(part) if other == key else part
        for other, part in schema["properties"].items()
        if other not in excluded
    }
    required = [*schema.get("required", ()), key]
    kept = {keyword: value for keyword, value in schema.items() if keyword != EXACTLY_ONE}
    description = f"{schema['title']} with the key `{key}`."
    return kept | {
        "title": name,
        "description": description,
        "properties": properties,
        "required": required,
    }


def _without_null(schema: Schema) -> Schema:
    """The schema of ``X`` from what pydantic says of ``X | None``."""
    present: list[Schema] = [part for part in schema["anyOf"] if part != {"type": "null"}]
    kept = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    return present[0] | kept


def whole_bounds(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the JSON with integers for bounds without a fraction (Powertools has floats)."""
    if isinstance(node, list):
        return [whole_bounds(part) for part in node]
    if not isinstance(node, dict):
        return node
    return {
        name: int(part) if name in _BOUNDS and _is_whole(part) else whole_bounds(part)
        for name, part in node.items()
    }


def _is_whole(bound: object) -> bool:
    return isinstance(bound, float) and bound.is_integer()
