"""The limits of a product's values, which requests, catalogue files and programs share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from lookalike.catalogue.product_limits import product_flaw


@dataclass(frozen=True)
class Values:
    entity_id: str = "1"
    sku: str = "S"
    image_url: str | None = "a.jpg"
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def flaw(self) -> str | None:
        return product_flaw(self.entity_id, self.sku, [self.image_url], self.attributes)


@pytest.mark.parametrize(
    "values",
    [
        Values(),
        Values(sku="", image_url=None),
        Values("x" * 256, "x" * 256, "x" * 4096, {"n" * 100: "v" * 1000}),
        Values(attributes={str(number): "" for number in range(50)}),
    ],
)
def test_should_find_no_flaw_within_the_limits(values: Values) -> None:
    assert values.flaw is None


@pytest.mark.parametrize(
    ("values", "flaw"),
    [
        (Values(""), "The entity_id must not be empty."),
        (Values("x" * 257), "entity_id has more than 256 characters."),
        (Values(".."), "The entity_id must not be '.' or '..'"),
        (Values("a\x00b"), "entity_id has a character that cannot be stored."),
        (Values(sku="x" * 257), "sku has more than 256 characters."),
        (Values(sku="\ud800"), "sku has a character that cannot be stored."),
        (Values(image_url="x" * 4097), "image_url has more than 4096 characters."),
        (Values(attributes={"": "x"}), "The name of an attribute must not be empty."),
        (Values(attributes={"n" * 101: "x"}), "An attribute's name has more than 100 characters."),
        (Values(attributes={"n": "x" * 1001}), "n has more than 1000 characters."),
        (Values(attributes={"n": "\0"}), "n has a character that cannot be stored."),
        (
            Values(attributes={str(number): "" for number in range(51)}),
            "There are more than 50 attributes; a product has at most 50.",
        ),
    ],
)
def test_should_say_in_a_sentence_what_is_wrong(values: Values, flaw: str) -> None:
    assert (values.flaw or "").startswith(flaw)
