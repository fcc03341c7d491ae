"""Fingerprints that are carried through a text."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lookalike import fingerprint_from_json, fingerprint_of, fingerprint_to_json
from lookalike.errors import BadParameterError

PHOTO = min((Path(__file__).parents[3] / "sample" / "photos").glob("*.jpg"))


@cache
def written() -> str:
    """The JSON of a fingerprint."""
    return fingerprint_to_json(fingerprint_of(PHOTO))


def changed(**changes: object) -> str:
    """The JSON of a fingerprint with other values."""
    return json.dumps(json.loads(written()) | changes)


def hashes(**changes: str | None) -> dict[str, str]:
    """The hashes of a fingerprint with other values; ``None`` leaves one out."""
    values = json.loads(written())["hashes"] | changes
    return {name: value for name, value in values.items() if value is not None}


def test_should_carry_a_fingerprint_through_a_text() -> None:
    assert fingerprint_from_json(written()) == fingerprint_of(PHOTO)


def test_should_read_the_fingerprint_of_another_version_without_knowing_its_hashes() -> None:
    text = changed(version="9-abc", hashes={"wavelet": "00ff"}, signature="")
    assert fingerprint_from_json(text).version == "9-abc"


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"fingerprint_id": 1}', "null", "5", "[" * 100_000, b"\xff", None, 5],
)
def test_should_refuse_a_text_that_is_no_fingerprint(text: Any) -> None:  # noqa: ANN401
    with pytest.raises(BadParameterError, match="not the JSON of a fingerprint"):
        fingerprint_from_json(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("fingerprint_id", 5),
        ("fingerprint_id", "abc"),
        ("fingerprint_id", "g" * 32),
        ("fingerprint_id", "A" * 32),
        ("version", 5),
        ("version", ""),
        ("version", "a b"),
        ("quality", "x"),
        ("quality", 101),
        ("quality", -1),
        ("quality", 50.5),
        ("quality", True),
        ("width", 0),
        ("height", -3),
        ("width", None),
        ("width", 2**70),
        ("trim_box", [1]),
        ("trim_box", ["a", "b", "c", "d"]),
        ("trim_box", [0, 0, 1, 1.5]),
        ("trim_box", [0.5, 0, 0.5, 1]),
        ("trim_box", [0, 0, 1, float("nan")]),
        ("trim_box", None),
        ("hashes", {}),
        ("hashes", []),
        ("hashes", {"phash": 5}),
        ("signature", ""),
        ("signature", 5),
        ("signature", "?"),
        ("signature", "AAAA"),
        ("signature", "A" * 12_000),
        ("signature", "A" * 40_000),
        ("unknown", 5),
    ],
)
def test_should_refuse_a_field_that_no_fingerprint_has(field: str, value: object) -> None:
    with pytest.raises(BadParameterError):
        fingerprint_from_json(changed(**{field: value}))


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"phash": "ff"}, "phash must have 64 bits"),
        ({"phash": None}, "phash is missing"),
        ({"deep": None}, "deep is missing"),
        ({"deep_centre": "00" * 65}, "deep_centre must have 512 bits"),
        ({"wavelet": "00"}, "no hash 'wavelet'"),
        ({"phash": "xx"}, "not the JSON"),
    ],
)
def test_should_refuse_hashes_that_no_algorithm_computes(
    change: dict[str, str | None], flaw: str
) -> None:
    with pytest.raises(BadParameterError, match=flaw):
        fingerprint_from_json(changed(hashes=hashes(**change)))


def test_should_refuse_a_text_without_one_of_the_fields() -> None:
    values = json.loads(written())
    for name in values:
        text = json.dumps({key: value for key, value in values.items() if key != name})
        with pytest.raises(BadParameterError):
            fingerprint_from_json(text)
