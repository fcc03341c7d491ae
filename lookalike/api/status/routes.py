"""The routes ``/status`` and ``/health``."""

from __future__ import annotations

from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.api.status.deployed import DeployedStatus
from lookalike.api.status.models import DeployedStatusAnswer, HealthAnswer, StatusAnswer
from lookalike.api.status.service import ServiceStatus
from lookalike.http import contract
from lookalike.http.routing import new_router

_STATUS = contract.answers(StatusAnswer, "Counts and versions.")
_DEPLOYED = contract.answers(
    DeployedStatusAnswer, "Counts of the last reconciliation, and versions."
)
_HEALTH = contract.answers(HealthAnswer, "The process answers requests.")
_SUMMARY = "Read counts, versions and the state of the index"


def service_status_routes(service: ServiceStatus) -> Router:
    """The routes ``/status`` and ``/health``."""
    router = new_router()

    @router.get(
        "/status",
        summary=_SUMMARY,
        operation_id="getStatus",
        tags=[contract.Topic.SERVICE],
        responses=_STATUS,
    )
    def get_status() -> StatusAnswer:
        return StatusAnswer.of(service.report())

    return _with_health(router)


def deployed_status_routes(service: DeployedStatus) -> Router:
    """Build the routes of the status for a deployment."""
    router = new_router()

    @router.get(
        "/status",
        summary=_SUMMARY,
        operation_id="getStatus",
        tags=[contract.Topic.SERVICE],
        responses=_DEPLOYED,
    )
    def get_status() -> DeployedStatusAnswer:
        return DeployedStatusAnswer.of_deployment(service.report())

    return _with_health(router)


def _with_health(router: Router) -> Router:
    @router.get(
        "/health",
        summary="See whether the process answers",
        operation_id="getHealth",
        tags=[contract.Topic.SERVICE],
        responses=_HEALTH,
        openapi_extensions=contract.WITHOUT_KEY,
    )
    def get_health() -> HealthAnswer:
        return HealthAnswer()

    return router
