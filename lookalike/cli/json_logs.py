"""Logs as JSON, one object a line, as the functions on AWS write them."""

from __future__ import annotations

import logging

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter


def log_as_json() -> None:
    """Let all handlers of the process write JSON."""
    formatter = LambdaPowertoolsFormatter(
        log_record_order=["timestamp", "level", "name", "message"],
        use_rfc3339=True,
        utc=True,
        serialize_stacktrace=False,
        name="%(name)s",
        location=None,
        service=None,
    )
    for handler in logging.getLogger().handlers:
        handler.setFormatter(formatter)
