"""From a composition root to the handler that Lambda calls."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

Event = dict[str, Any]
Answer = dict[str, Any] | None
Handler = Callable[[Event, LambdaContext], Answer]

NAMESPACE_VARIABLE = "POWERTOOLS_METRICS_NAMESPACE"
"""Environment variable from which Powertools reads the namespace of all metrics; each environment
has its own. The only dimension of a metric is ``service``, the function's folder."""
LOGGER = "lookalike"
"""The root of our loggers: whatever any part of the program logs is written as JSON."""


def entry_point(
    service: str, build: Callable[[Metrics], Handler], correlation_id_path: str | None = None
) -> Handler:
    """The handler that ``build`` returns, with logs and metrics around each call.

    Traces are those of Lambda and of the gateway themselves.

    In a Lambda, it is built while the module is imported: within the time for starting, and so that
    a snapshot contains it. Elsewhere importing does nothing, and it is built at the first call.

    Args:
        service: the function's folder, for logs and metrics.
        build: the composition root; metrics that its parts add are sent when a call ends.
        correlation_id_path: where an event has the id that all its log lines contain.
    """
    built = cache(partial(_observed, service, build, correlation_id_path))
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        built()

    def handler(event: Event, context: LambdaContext) -> Answer:
        return built()(event, context)

    return handler


def is_snapshotted() -> bool:
    """Return whether this process is to be snapshotted: time is free, connections get lost."""
    return os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"


def _observed(
    service: str, build: Callable[[Metrics], Handler], correlation_id_path: str | None
) -> Handler:
    # A call that fails before it has counted anything needs no warning about metrics.
    warnings.filterwarnings("ignore", "No application metrics to publish")
    logger = Logger(service=LOGGER)
    logger.append_keys(function=service)
    metrics = Metrics(service=service)
    handler = metrics.log_metrics(build(metrics), capture_cold_start_metric=True)
    observed: Handler = logger.inject_lambda_context(
        handler, correlation_id_path=correlation_id_path
    )
    return observed
