"""Mistakes are told in plain words, and not in those of the library that finds them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from lookalike.mistakes import Form, explained


class Shelf(BaseModel):
    """One field of each kind that settings and requests have."""

    model_config = ConfigDict(extra="forbid")

    side: Literal["left", "right"] = "left"
    lit: bool = True
    height: float = Field(default=1, gt=0)
    depth: float = Field(default=1, lt=2.5)
    code: Annotated[str, Form("^[a-z]$", "must be a letter")] = "a"
    size: tuple[int, int] = (1, 1)
    name: str = "a"

    @field_validator("name")
    @classmethod
    def _short(cls, name: str) -> str:
        if len(name) > 1:
            raise ValueError("give it one letter.")
        return name


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("side", "top", "side must be 'left' or 'right'."),
        ("lit", "perhaps", "lit must be true or false."),
        ("height", 0, "height must be above 0."),
        ("depth", 3, "depth must be below 2.5."),
        ("code", "A", "code must be a letter."),
        ("code", "a\n", "code must be a letter."),
        ("code", 1, "code must be a string."),
        ("size", 3, "size must be a list."),
        ("name", "ab", "name: give it one letter."),
        ("colour", "red", "colour is unknown."),
    ],
)
def test_should_say_what_to_write_instead(field: str, value: object, said: str) -> None:
    document: dict[str, Any] = {field: value}
    with pytest.raises(ValidationError) as raised:
        Shelf.model_validate(document)
    assert explained(raised.value.errors()) == said


def test_should_show_programs_the_form_of_a_string() -> None:
    code = Shelf.model_json_schema()["properties"]["code"]
    assert (code["type"], code["pattern"]) == ("string", "^[a-z]$")
