"""The route ``/metrics`` on AWS, where CloudWatch has them."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.http import contract
from lookalike.http.absent import declared_absent
from lookalike.http.problems import UnknownPathError
from lookalike.http.routing import new_router

_INSTEAD = (
    "This deployment has no metrics for Prometheus: they are in CloudWatch, on the dashboard of "
    "its stack. Only a service on one machine has this route."
)


def absent_metrics_routes() -> Router:
    """The route of metrics, with a problem that says where they are."""
    router = new_router()

    @router.get(
        "/metrics",
        operation_id="getMetrics",
        **declared_absent(contract.Topic.SERVICE, _INSTEAD),
    )
    def get_metrics() -> Response[None]:
        raise UnknownPathError(_INSTEAD)

    return router
