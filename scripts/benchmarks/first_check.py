"""The measured process of the cold start benchmark: starts the check function as Lambda does.

It runs as a script in the folder of the function's zip, and imports no other module of ours.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

CONTEXT = SimpleNamespace(
    function_name="find_similar",
    memory_limit_in_mb=1769,
    invoked_function_arn="arn:aws:lambda:eu-central-1:123456789012:function:find_similar",
    aws_request_id="request-1",
    get_remaining_time_in_millis=lambda: 28_000,
)


def event_of(content: bytes) -> dict[str, Any]:
    """The event of API Gateway for ``POST /find_similar`` with a JPEG file."""
    kind = {"Content-Type": "image/jpeg"}
    return {
        "httpMethod": "POST",
        "path": "/find_similar",
        "headers": kind,
        "multiValueHeaders": {name: [value] for name, value in kind.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"requestId": "request-1", "stage": "v1", "path": "/v1/find_similar"},
        "body": base64.b64encode(content).decode(),
        "isBase64Encoded": True,
    }


def main(began: float, uncounted: int, rounds: int, queries: Path, output: Path) -> None:
    """Start the function, ask all queries in turn, and write the durations.

    Args:
        began: when the process was started (``time.monotonic``, which the whole system shares).
        uncounted: warm-up rounds.
        rounds: rounds that count.
        queries: folder of JPEG files.
        output: JSON file with ``built`` and ``answered`` (seconds from the start), ``cpu``
            (processor seconds to the first answer) and ``times`` (wall and processor seconds by
            file name).
    """
    events = {path.name: event_of(path.read_bytes()) for path in sorted(queries.iterdir())}
    handler = import_module("lambdas.find_similar.handler").handler
    built = time.monotonic() - began
    _check(handler, next(iter(events.values())))
    answered, spent = time.monotonic() - began, time.process_time()
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in events}
    for number in range(uncounted + rounds):
        for name, event in events.items():
            wall, cpu = time.perf_counter(), time.thread_time()
            _check(handler, event)
            if number >= uncounted:
                times[name].append((time.perf_counter() - wall, time.thread_time() - cpu))
    found = {"built": built, "answered": answered, "cpu": spent, "times": times}
    output.write_text(json.dumps(found))


def _check(handler: Any, event: dict[str, Any]) -> None:  # noqa: ANN401 - any Lambda's
    answer = handler(dict(event), CONTEXT)
    if answer["statusCode"] != 200:  # noqa: PLR2004 - OK
        raise AssertionError(f"the function answered {answer}")


if __name__ == "__main__":
    _, began, uncounted, rounds, queries, output = sys.argv
    main(float(began), int(uncounted), int(rounds), Path(queries), Path(output))
