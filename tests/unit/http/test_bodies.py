"""Request bodies are read strictly, and never crash the reader."""

from __future__ import annotations

import json
import time

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import BadParameterError
from lookalike.http.bodies import form_file, json_object, raw_body
from lookalike.http.problems import UnsupportedMediaTypeError
from tests.service import a_form, an_event


def _event(body: bytes, content_type: str = "application/json") -> APIGatewayProxyEvent:
    return APIGatewayProxyEvent(an_event("POST", "/x", body, {"Content-Type": content_type}))


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b'{"a": 1} trailing', "not valid JSON"),
        (b"[]", "JSON object"),
        (b'[{"a": 1}]', "JSON object"),
        (b"null", "JSON object"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"b": {"a": 1, "a": 2}}', "twice"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b'{"a": ' + b"1" * 5000 + b"}", "too long"),
        (b'{"a": [' + b"[]," * 100_001 + b"1]}", "too many values"),
        (b"{" + b'"a":1,' * 1_000 + b'"b":1}', "twice"),
    ],
)
def test_what_is_not_one_json_object_is_refused(body: bytes, complaint: str) -> None:
    with pytest.raises(BadParameterError, match=complaint):
        json_object(_event(body))


@pytest.mark.parametrize("kind", ["application/json", "APPLICATION/JSON; charset=utf-8"])
def test_json_is_read_however_its_type_is_written(kind: str) -> None:
    assert json_object(_event(b'{"a": "\xc3\xbc"}', kind)) == {"a": "ü"}


def test_json_of_another_type_is_refused() -> None:
    with pytest.raises(UnsupportedMediaTypeError):
        json_object(_event(b"{}", "application/x-www-form-urlencoded"))


@given(st.binary())
def test_bytes_are_json_or_refused_as_a_bad_parameter(body: bytes) -> None:
    try:
        document = json_object(_event(body))
    except BadParameterError:
        return
    assert document == json.loads(body)


def test_a_body_that_only_claims_to_be_base64_is_refused() -> None:
    event = an_event("POST", "/x", b"x") | {"body": "ü"}
    with pytest.raises(BadParameterError):
        raw_body(APIGatewayProxyEvent(event))


def test_a_body_that_is_text_is_read_as_utf8() -> None:
    """API Gateway hands on text as it is where no binary type matches."""
    event = an_event("POST", "/x") | {"body": "é", "isBase64Encoded": False}
    assert raw_body(APIGatewayProxyEvent(event)) == "é".encode()


@given(st.binary(), st.text(st.characters(blacklist_categories=["Cs", "Cc"], max_codepoint=0x2FF)))
def test_a_file_comes_out_of_a_form_as_it_went_in(content: bytes, filename: str) -> None:
    filename = filename.replace('"', "").replace("\\", "")
    body, kind = a_form({"other": (b"1", "x"), "image": (content, filename)})
    assert form_file(_event(body, kind), "image")[0] == content


@pytest.mark.parametrize(
    "disposition",
    [
        'form-data; name="image"; filename="a.jpg"',
        'form-data; filename="a.jpg"; name="image"',
        "form-data; name=image",
        'FORM-DATA; NAME="image"',
    ],
)
def test_a_field_is_found_however_its_header_is_written(disposition: str) -> None:
    body = f"--B\r\nContent-Disposition: {disposition}\r\n\r\nx\r\n--B--".encode()
    assert form_file(_event(body, 'multipart/form-data; boundary="B"'), "image")[0] == b"x"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=B"),
        (b"--B--", "multipart/form-data; boundary=B"),
        (b"--B\r\nno headers\r\n--B--", "multipart/form-data; boundary=B"),
        (b'--B\r\nContent-Disposition: form-data; name="image"\r\n\r\nx', "multipart/form-data"),
        (
            b'--B\r\nContent-Disposition: form-data; name="image"\r\n\r\ncut off',
            "multipart/form-data; boundary=B",
        ),
        (
            b'--B\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--B--',
            "multipart/form-data; boundary=B",
        ),
    ],
)
def test_a_malformed_form_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(BadParameterError):
        form_file(_event(body, kind), "image")


def test_a_field_that_stands_twice_is_refused() -> None:
    part = b'--B\r\nContent-Disposition: form-data; name="image"\r\n\r\nx\r\n'
    with pytest.raises(BadParameterError, match="exactly once"):
        form_file(_event(part + part + b"--B--", "multipart/form-data; boundary=B"), "image")


def test_a_form_of_countless_parts_is_refused() -> None:
    part = b'--B\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n'
    with pytest.raises(BadParameterError):
        form_file(_event(part * 100_000 + b"--B--", "multipart/form-data; boundary=B"), "image")


@pytest.mark.parametrize(
    "header",
    [
        b'Content-Disposition: form-data; name="image"' + b"; a=b" * 500_000,
        b'Content-Disposition: form-data; name="image"; a=' + b'"' * 3_000_000,
        b"Content-Disposition: form-data; name=image" + b"\r\nX: y" * 500_000,
        b"Content-Disposition: form-data; name=image" + b"\r\n ;a=b" * 500_000,
    ],
    ids=["parameters", "quotes", "lines", "folds"],
)
def test_a_part_with_an_endless_header_is_refused_at_once(header: bytes) -> None:
    """The parser of e-mails took minutes for half a million parameters."""
    body = b"--B\r\n" + header + b"\r\n\r\nx\r\n--B--"
    started = time.process_time()
    with pytest.raises(BadParameterError, match="form"):
        form_file(_event(body, "multipart/form-data; boundary=B"), "image")
    assert time.process_time() - started < 1


def test_a_content_type_with_countless_parameters_is_read_at_once() -> None:
    kind = "multipart/form-data" + "; a=b" * 13_000 + "; boundary=B"  # what h11 lets through
    body = b'--B\r\nContent-Disposition: form-data; name="image"\r\n\r\nx\r\n--B--'
    started = time.process_time()
    assert form_file(_event(body, kind), "image")[0] == b"x"
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("name", "read"), [("ü.jpg".encode(), "ü.jpg"), ("ü.jpg".encode("latin-1"), "\ufffd.jpg")]
)
def test_a_file_name_in_any_encoding_ends_nothing(name: bytes, read: str) -> None:
    head = b'--B\r\nContent-Disposition: form-data; name="image"; filename="' + name + b'"\r\n\r\n'
    event = _event(head + b"x\r\n--B--", "multipart/form-data; boundary=B")
    assert form_file(event, "image") == (b"x", read)


@given(st.binary(), st.text(st.characters(codec="latin-1"), max_size=40))
def test_no_bytes_crash_the_reader_of_forms(body: bytes, boundary: str) -> None:
    event = _event(b"--B\r\n" + body, f"multipart/form-data; boundary={boundary or 'B'}")
    try:
        form_file(event, "image")
    except BadParameterError:
        return
