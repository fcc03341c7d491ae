"""Translates between ASGI and the events of an API Gateway (REST) proxy integration."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote

from lookalike.errors import BadParameterError

Headers = list[tuple[bytes, bytes]]

_KEPT_IN_PATHS = "/%:@!$&'()*+,;=~"
"""Characters that RFC 3986 allows in paths, and the percent sign, as paths are encoded already."""
_STAGE = "$default"


def event_of(scope: Mapping[str, Any], body: bytes | bytearray, request_id: str) -> dict[str, Any]:
    """Build the event that API Gateway would pass to a Lambda for this request.

    Raises:
        BadParameterError: the query string is not percent-encoded UTF-8.
    """
    path, method = encoded_path(scope), scope["method"]
    # A server answers HEAD as it answers GET, and leaves out the content.
    method = "GET" if method == "HEAD" else method
    return {
        "version": "1.0",
        "resource": "/{proxy+}",
        "httpMethod": method,
        "path": path,
        **_both("headers", "multiValueHeaders", _headers(scope["headers"])),
        **_both("queryStringParameters", "multiValueQueryStringParameters", _query(scope)),
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": request_id,
            "httpMethod": method,
            "path": path,
            "stage": _STAGE,
            "identity": {"sourceIp": (scope.get("client") or ("",))[0]},
        },
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


def answer_of(response: Mapping[str, Any]) -> tuple[int, Headers, bytes]:
    """Split the answer of a resolver into status, headers and content."""
    text = response["body"] or ""
    content = base64.b64decode(text) if response["isBase64Encoded"] else text.encode()
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, values in response["multiValueHeaders"].items()
        for value in values
    ]
    return response["statusCode"], headers, content


def encoded_path(scope: Mapping[str, Any]) -> str:
    """The path percent-encoded as it was sent, so that a slash within an id can be recognised."""
    raw = scope.get("raw_path") or scope["path"].encode()
    return quote(raw, safe=_KEPT_IN_PATHS)


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]


def _query(scope: Mapping[str, Any]) -> list[tuple[str, str]]:
    try:
        query = scope["query_string"].decode("ascii")
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise BadParameterError("The query string is not percent-encoded UTF-8.") from error


def _both(single: str, multiple: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Give every value, and beside them the last one of each name, as API Gateway does."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        values[name].append(value)
    return {single: dict(pairs) or None, multiple: dict(values) or None}
