"""The route ``/metrics``."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from lookalike.http import contract
from lookalike.http.routing import new_router

_METRICS: dict[int, OpenAPIResponse] = {
    HTTPStatus.OK.value: {
        "description": "All metrics, in the text format of Prometheus.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    },
    **contract.problem_answers(),
}


def metrics_routes(read: Callable[[], str]) -> Router:
    """The route ``/metrics``.

    Args:
        read: all metrics as text.
    """
    router = new_router()

    @router.get(
        "/metrics",
        summary="Read metrics for Prometheus",
        description="Requests by route and status with their latencies, what waits, decoders, "
        "imports, products and pictures.",
        operation_id="getMetrics",
        tags=[contract.Topic.SERVICE],
        responses=_METRICS,
    )
    def get_metrics() -> Response[str]:
        return Response(
            status_code=HTTPStatus.OK, content_type=CONTENT_TYPE_PLAIN_0_0_4, body=read()
        )

    return router
