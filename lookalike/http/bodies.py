"""Request bodies: raw bytes, strict JSON, and forms with one file."""

from __future__ import annotations

import base64
import binascii
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent
from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)

from lookalike.errors import BadParameterError
from lookalike.http.problems import UnsupportedMediaTypeError

JSON = "application/json"
FORM = "multipart/form-data"
MAX_VALUES = 100_000
"""Number of values that a JSON body may have. Valid ones have some hundreds; millions of tiny
values would take 20 times the memory of the body."""
MAX_PARTS = 100
"""Number of parts that a form may have."""
MAX_PART_HEADER = 8 * 1024
"""Bytes of one header line of a part. The longest has the name of a file."""
MAX_PART_HEADERS = 8
"""Header lines of a part; RFC 7578 knows three."""
_ANY_BYTES = "latin-1"
"""What header lines are decoded as, so that a file name in another encoding ends nothing."""


def media_type(event: BaseProxyEvent) -> str:
    """The media type of the body in lower case, without parameters; empty if there is none."""
    return content_type(event).partition(";")[0].strip().lower()


def content_type(event: BaseProxyEvent) -> str:
    """The header Content-Type as it was sent; empty if there is none."""
    return event.headers.get("content-type") or ""


def raw_body(event: BaseProxyEvent) -> bytes:
    """The bytes of the body, whether the event has them as text or in base64.

    Raises:
        BadParameterError: the body is declared as base64 and is not.
    """
    body = event.body or ""
    if not event.is_base64_encoded:
        return body.encode()
    try:
        return base64.b64decode(body)
    except (binascii.Error, ValueError) as error:
        raise BadParameterError("The body of the request cannot be decoded.") from error


def json_object(event: BaseProxyEvent) -> dict[str, Any]:
    """The body as a JSON object. A number without a fraction (``3``, ``3.0``) is an integer.

    Raises:
        UnsupportedMediaTypeError: the Content-Type is another than JSON.
        BadParameterError: the body is not one JSON object as RFC 8259 defines it, it repeats a key,
            or it has too many values, too deep a nesting or too long a number.
    """
    if media_type(event) not in ("", JSON):
        raise UnsupportedMediaTypeError(f"Send JSON with the header Content-Type: {JSON}.")
    document = _parsed(_text(event))
    if not isinstance(document, dict):
        raise BadParameterError(
            'The body must be a JSON object, such as {"image_url": "https://…"}.'
        )
    return document


def _text(event: BaseProxyEvent) -> str:
    """The body as text. Its bytes are released before the text is parsed, to save memory."""
    try:
        return raw_body(event).decode()
    except UnicodeDecodeError as error:
        raise BadParameterError("The JSON in the body must be encoded in UTF-8.") from error


def _parsed(text: str) -> Any:  # noqa: ANN401 - any JSON
    if text.count(",") > MAX_VALUES:
        raise BadParameterError("The JSON in the body has too many values.")
    try:
        return json.loads(
            text,
            parse_float=_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique_keys,
        )
    except RecursionError as error:
        raise BadParameterError("The JSON in the body is nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise BadParameterError(f"The body is not valid JSON: {error}.") from error
    except ValueError as error:
        raise BadParameterError("The JSON in the body has a number that is too long.") from error


def _number(text: str) -> int | float:
    """JSON does not tell 3.0 from 3, and neither do some languages that write it."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _refuse_constant(name: str) -> NoReturn:
    raise BadParameterError(f"The body is not valid JSON: {name} is not a number of JSON.")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a repeated key, of which two readers may take different values."""
    document = dict(pairs)
    if len(document) < len(pairs):
        [(repeated, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise BadParameterError(f"The key {repeated!r} appears twice in the same JSON object.")
    return document


def form_file(event: BaseProxyEvent, field: str) -> tuple[bytes, str]:
    """The content and the file name (which may be empty) of one field of a multipart form.

    Raises:
        BadParameterError: the form is malformed, or does not have this field exactly once.
    """
    found = [
        (content, _file_name(part))
        for part, content in _parts(raw_body(event), _boundary(event))
        if part.name == field
    ]
    if len(found) != 1:
        raise BadParameterError(f"The form must have the field {field!r} exactly once.")
    return found[0]


def _file_name(part: MultipartSegment) -> str:
    """The name of the file in UTF-8, as far as it is that; empty if it has none."""
    name: str = part.filename or ""
    return name.encode(_ANY_BYTES).decode(errors="replace")


def _boundary(event: BaseProxyEvent) -> str:
    boundary: str | None = parse_options_header(content_type(event))[1].get("boundary")
    if not boundary:
        raise BadParameterError(f"The header Content-Type: {FORM} needs a boundary.")
    return boundary


def _parts(body: bytes, boundary: str) -> Iterator[tuple[MultipartSegment, bytes]]:
    """The parts of a form (RFC 7578), each with its content, in time linear in the body.

    The parser is strict: what no browser or library writes, such as folded header lines and text
    before the first part, is refused.
    """
    try:
        with PushMultipartParser(
            boundary,
            max_header_size=MAX_PART_HEADER,
            max_header_count=MAX_PART_HEADERS,
            max_segment_count=MAX_PARTS,
            header_charset=_ANY_BYTES,
            strict=True,
        ) as parser:
            yield from _whole(parser, body)
    except ParserLimitReached as error:
        raise BadParameterError(
            f"The form in the body is refused: it may have {MAX_PARTS} parts, and a part "
            f"{MAX_PART_HEADERS} header lines of {MAX_PART_HEADER} bytes."
        ) from error
    except MultipartError as error:
        raise BadParameterError(
            "The form in the body cannot be read: it is malformed or cut off, or has another "
            "boundary than its header names."
        ) from error


def _whole(parser: PushMultipartParser, body: bytes) -> Iterator[tuple[MultipartSegment, bytes]]:
    """Each part with its content; a body that is parsed at once has it in one piece."""
    content = b""
    for event in parser.parse(body):
        if isinstance(event, MultipartSegment):
            part, content = event, b""
        elif event is not None:
            content = event
        else:
            yield part, content
