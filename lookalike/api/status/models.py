"""What the status routes answer, as the contract shows it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from lookalike.api.status.deployed import DeployedReport
from lookalike.api.status.service import StatusReport
from lookalike.storage.interfaces import Drift


class IndexAnswer(BaseModel):
    """How the vector index stands to the pictures it is made from."""

    pictures: int = Field(description="Pictures that can be searched.")
    behind: int = Field(
        description="Stored pictures of this algorithm version that cannot be searched yet."
    )
    ahead: int = Field(description="Pictures that can be searched and are not stored.")
    fresh: bool = Field(description="Whether neither is the case.")


class StatusAnswer(BaseModel):
    """The service at one moment."""

    products: int
    pictures: int = Field(description="Distinct ones, of all algorithm versions.")
    outdated: int = Field(
        description="Pictures of another algorithm version: not found until imported again."
    )
    algorithm_version: str
    index: IndexAnswer
    service_version: str
    uptime_seconds: float

    @classmethod
    def of(cls, report: StatusReport) -> StatusAnswer:
        """What is shown of a report."""
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
    """How table and index stood when they were last compared; what differed was then repaired."""

    compared_seconds_ago: float = Field(
        description="Age of all counts but `index.pictures`, which is of now."
    )


class DeployedStatusAnswer(StatusAnswer):
    """A deployment, as it was last counted."""

    index: DeployedIndexAnswer

    @classmethod
    def of_deployment(cls, deployed: DeployedReport) -> DeployedStatusAnswer:
        """What is shown of a deployment's report."""
        counted = StatusAnswer.of(deployed.report).model_dump()
        counted["index"]["compared_seconds_ago"] = round(deployed.compared_ago, 1)
        return cls.model_validate(counted)


class HealthAnswer(BaseModel):
    """The process serves."""

    status: Literal["ok"] = "ok"
