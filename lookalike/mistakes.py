"""Mistakes in requests and settings, told in sentences that say what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function

MAX_MISTAKES = 5
"""Number of mistakes that one answer lists."""

_PLACES = ("query", "path", "header", "body")
_VERBS = ("must ", "is ")
"""First words of rules that read as a sentence behind the name of the field."""
_OBJECT = "must be a JSON object"
_RULES = {
    "missing": "is required",
    "int_type": "must be a whole number such as 3, not a string, a boolean or null",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number with fewer digits",
    "float_type": "must be a number such as 50, not a string, a boolean or null",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "string_type": "must be a string",
    "string_unicode": "must be valid Unicode",
    "list_type": "must be a list",
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "greater_than_equal": "must be {ge:,} or more",
    "less_than_equal": "must be {le:,} or less",
    "string_too_short": "must not be empty",
    "string_too_long": "must have {max_length:,} characters or fewer",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "path_type": "must be a path",
    "tuple_type": "must be a list",
    "extra_forbidden": "is unknown",
    "union_tag_invalid": "must be of a kind that there is ({expected_tags}), not {tag!r}",
    "union_tag_not_found": "must name its kind",
    "greater_than": "must be above {gt:,}",
    "less_than": "must be below {lt:,}",
    "too_short": "must have at least one entry",
    "too_long": "must have {max_length:,} entries or fewer",
}
"""Rules by pydantic's type of error, to be read behind the name of the field. Strings and
lists with a minimum length have the minimum 1."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a string, in the metadata of its type; people are told it in words.

    Attributes:
        pattern: matches the whole string; shown in schemas, for programs.
        words: the rule, to be read behind the name of the field.
    """

    pattern: str
    words: str

    def __get_pydantic_core_schema__(
        self, source: type, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Validate as the type does, and then by the pattern."""
        return no_info_after_validator_function(self._of_form, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Show the pattern."""
        return handler(schema) | {"pattern": self.pattern}

    def _of_form(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise ValueError(self.words)
        return text


def explained(mistakes: Sequence[Any]) -> str:
    """Write pydantic's errors as a sentence that names each field and its rule."""
    parts = [_explained(mistake) for mistake in mistakes[:MAX_MISTAKES]]
    if len(mistakes) > MAX_MISTAKES:
        parts.append(f"and {len(mistakes) - MAX_MISTAKES} more mistakes")
    return "; ".join(parts) + "."


def _explained(mistake: Mapping[str, Any]) -> str:
    field = _field(mistake["loc"])
    rule = _rule(mistake)
    if not field:
        return rule
    return f"{field} {rule}" if rule.startswith(_VERBS) else f"{field}: {rule}"


def _rule(mistake: Mapping[str, Any]) -> str:
    """In our words where there are any, otherwise in those of the validator."""
    if rule := _RULES.get(mistake["type"]):
        limits = mistake.get("ctx") or {}
        return rule.format_map({name: _plain(limit) for name, limit in limits.items()})
    return re.sub("^(Value error|Assertion failed), ", "", str(mistake["msg"])).rstrip(".")


def _plain(limit: object) -> object:
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def _field(location: Sequence[str | int]) -> str:
    """The path of a field, such as ``queries[3].image_url``."""
    steps = location[1:] if location and location[0] in _PLACES else location
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.removeprefix(".")
