"""``/status`` and ``/health``."""

from __future__ import annotations

from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.api.status.deployed import DeployedStatus
from lookalike.api.status.models import DeployedStatusAnswer, HealthAnswer, StatusAnswer
from lookalike.api.status.service import ServiceStatus
from lookalike.http import contract
from lookalike.http.routing import new_router

_STATUS = contract.answers(StatusAnswer, "Counts and versions.", *contract.STORED)
_DEPLOYED = contract.answers(
    DeployedStatusAnswer, "Counts and versions, as last counted.", *contract.STORED
)
_HEALTH = contract.answers(HealthAnswer, "The process serves.")


def service_status_routes(service: ServiceStatus) -> Router:
    """The routes ``/status`` and ``/health``."""
    router = new_router()

    @router.get("/status", summary="Counts, versions and index freshness", responses=_STATUS)
    def get_status() -> StatusAnswer:
        return StatusAnswer.of(service.report())

    return _with_health(router)


def deployed_status_routes(service: DeployedStatus) -> Router:
    """The same routes for a deployment."""
    router = new_router()

    @router.get("/status", summary="Counts, versions and index freshness", responses=_DEPLOYED)
    def get_status() -> DeployedStatusAnswer:
        return DeployedStatusAnswer.of_deployment(service.report())

    return _with_health(router)


def _with_health(router: Router) -> Router:
    @router.get("/health", summary="Whether the process serves", responses=_HEALTH)
    def get_health() -> HealthAnswer:
        return HealthAnswer()

    return router
