"""The route ``/metrics`` on AWS, where CloudWatch has them."""

from __future__ import annotations

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.http import contract
from lookalike.http.problems import UnknownPathError
from lookalike.http.routing import new_router

_INSTEAD = (
    "This deployment has no metrics for Prometheus: they are in CloudWatch, on the dashboard of "
    "its stack. Only a service that `lookalike serve` runs has this route."
)


def absent_metrics_routes() -> Router:
    """The route of metrics, with a problem that says where they are."""
    router = new_router()

    @router.get(
        "/metrics",
        summary="Not in this deployment",
        description=_INSTEAD,
        operation_id="getMetrics",
        tags=[contract.Topic.SERVICE],
        responses=contract.problem_answers(HTTPStatus.NOT_FOUND),
    )
    def get_metrics() -> Response[None]:
        raise UnknownPathError(_INSTEAD)

    return router
