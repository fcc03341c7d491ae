"""Two pictures are compared, and what cannot be compared is refused."""

from __future__ import annotations

import base64

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.matching.effort import Effort
from tests.fakes import a_picture_file
from tests.service import KNOWN, Client, Parts

_B = {"image_base64": base64.b64encode(a_picture_file(2)).decode()}


def test_two_pictures_are_compared(client: Client) -> None:
    answer = client.send("POST", "/compare", {"a": {"image_url": KNOWN}, "b": _B})
    assert answer.status == 200
    assert answer.json == {
        "match_percentage": 99.6,
        "verdict": "edited_copy",
        "evidence": {
            "phash_distance": 14,
            "deep_distance": 60,
            "flipped": True,
            "rotation": 0,
            "area_of_a": 1.0,
            "area_of_b": 0.81,
            "outline_of_a": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]],
            "outline_of_b": [[0.95, 0.05], [0.05, 0.05], [0.05, 0.95], [0.95, 0.95]],
        },
    }


@pytest.mark.parametrize(
    ("asked", "effort"), [({}, Effort.NORMAL), ({"effort": "thorough"}, Effort.THOROUGH)]
)
def test_the_effort_reaches_the_matcher(
    client: Client, parts: Parts, asked: dict[str, str], effort: Effort
) -> None:
    client.send("POST", "/compare", {"a": _B, "b": _B} | asked)
    assert parts.matcher.efforts == [effort]


@pytest.mark.parametrize("effort", ["slow", "", None, 1, True, ["fast"]])
def test_an_unknown_effort_is_refused(client: Client, effort: object) -> None:
    answer = client.send("POST", "/compare", {"a": _B, "b": _B, "effort": effort})
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
    assert answer.json["detail"] == "effort must be 'fast', 'normal' or 'thorough'."


def test_a_large_picture_is_compared(client: Client) -> None:
    """Nothing but the limit of a body holds for base64: 20 MB are 27 MB of text."""
    large = base64.b64encode(a_picture_file(7) + b" " * 20_000_000).decode()
    document = {"a": {"image_base64": large}, "b": _B}
    assert client.send("POST", "/compare", document).status == 200


@pytest.mark.parametrize(
    ("document", "status", "code"),
    [
        ({}, 400, "bad_parameter"),
        ({"a": {"image_url": KNOWN}}, 400, "bad_parameter"),
        ({"a": {"image_url": KNOWN}, "b": {}}, 400, "bad_parameter"),
        ({"a": {"image_url": KNOWN}, "b": KNOWN}, 400, "bad_parameter"),
        ({"a": {"image_url": KNOWN}, "b": _B, "c": _B}, 400, "bad_parameter"),
        ({"a": {"image_url": KNOWN}, "b": {"image_url": "nowhere"}}, 422, "image_not_found"),
        ({"a": {"image_url": KNOWN}, "b": {"image_base64": "YQ=="}}, 415, "image_unsupported"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    client: Client, document: object, status: int, code: str
) -> None:
    answer = client.send("POST", "/compare", document)
    assert (answer.status, answer.json["code"]) == (status, code)


@pytest.mark.parametrize(
    ("refused", "rule"),
    [
        ({"image_url": "nowhere"}, "There is no such picture."),
        ({"image_base64": "YQ=="}, "The bytes are not an image."),
        ({"image_base64": "!"}, "image_base64 is not valid base64."),
    ],
)
@pytest.mark.parametrize("name", ["a", "b"])
def test_the_problem_says_which_picture_is_refused(
    client: Client, name: str, refused: dict[str, str], rule: str
) -> None:
    answer = client.send("POST", "/compare", {"a": _B, "b": _B, name: refused})
    assert answer.json["detail"].startswith(f"{name}: ")
    assert rule in answer.json["detail"]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("ab") | st.text(), inner),
    max_leaves=8,
)


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from(["a", "b", "image_url"]) | st.text(), _VALUES))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_document_ends_in_a_server_error(client: Client, document: dict[str, object]) -> None:
    assert client.send("POST", "/compare", document).status < 500
