"""The answers of the status routes, as the contract shows them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from lookalike.api.status.deployed import DeployedReport
from lookalike.api.status.service import StatusReport
from lookalike.storage.interfaces import Drift


class IndexAnswer(BaseModel):
    """How the vector index differs from the stored pictures."""

    pictures: int = Field(description="Pictures in the index.")
    behind: int = Field(
        description="Stored pictures of this algorithm version that the index does not have yet."
    )
    ahead: int = Field(description="Pictures in the index that are not stored any more.")
    fresh: bool = Field(description="Whether the index has exactly the stored pictures.")


class StatusAnswer(BaseModel):
    """Counts and versions of the service."""

    products: int = Field(description="Stored products.")
    pictures: int = Field(description="Distinct stored pictures, of all algorithm versions.")
    outdated: int = Field(
        description="Pictures of another algorithm version, which no check finds until their "
        "products are stored again."
    )
    algorithm_version: str = Field(description="The version of new fingerprints.")
    index: IndexAnswer
    service_version: str = Field(description="The version of the program.")
    uptime_seconds: float = Field(description="The time since the service started.")

    @classmethod
    def of(cls, report: StatusReport) -> StatusAnswer:
        """The report as it is shown."""
        return cls(
            products=report.products,
            pictures=report.pictures,
            outdated=report.outdated,
            algorithm_version=report.algorithm_version,
            index=IndexAnswer(
                pictures=report.searchable,
                behind=report.drift.behind,
                ahead=report.drift.ahead,
                fresh=report.drift == Drift(0, 0),
            ),
            service_version=report.service_version,
            uptime_seconds=round(report.uptime, 1),
        )


class DeployedIndexAnswer(IndexAnswer):
    """How the index differed from the table at the last reconciliation, which repaired it."""

    compared_seconds_ago: float = Field(
        description="The age of all counts except `index.pictures`, which is current."
    )


class DeployedStatusAnswer(StatusAnswer):
    """Counts of the last reconciliation, and versions of the deployment."""

    index: DeployedIndexAnswer

    @classmethod
    def of_deployment(cls, deployed: DeployedReport) -> DeployedStatusAnswer:
        """The report of a deployment as it is shown."""
        counted = StatusAnswer.of(deployed.report).model_dump()
        counted["index"]["compared_seconds_ago"] = round(deployed.compared_ago, 1)
        return cls.model_validate(counted)


class HealthAnswer(BaseModel):
    """The process answers requests."""

    status: Literal["ok"] = "ok"
