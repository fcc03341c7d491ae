"""The environments that the application is deployed to, with everything that they differ in."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from lookalike.storage.opensearch.service import OpenSearchService


class Part(StrEnum):
    """Parts that an environment can do without."""

    WEB_ACL = "web_acl"
    COST_ANOMALY = "cost_anomaly"


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainSize:
    """The machines of an OpenSearch Service domain.

    Attributes:
        data_nodes: number of nodes that hold the vectors.
        data_instance: their type.
        volume_gib: disk of each data node.
        zones: availability zones that they are spread over.
        managers: dedicated manager nodes; 0 or 3.
        manager_instance: their type; unused without managers.
        standby: whether the nodes of one zone stand by for a failure. Needs three zones, three
            managers, and indices with two replicas.
    """

    data_nodes: int
    data_instance: str
    volume_gib: int
    zones: int = 1
    managers: int = 0
    manager_instance: str = ""
    standby: bool = False

    @property
    def replicas(self) -> int:
        """Replicas of each shard: one in every other zone."""
        return self.zones - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """The limits of one API key.

    Attributes:
        rate: requests a second, on average.
        burst: requests at once.
        day: requests a day.
    """

    rate: int
    burst: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The thresholds of alarms.

    Attributes:
        error_percent: share of requests that are answered 5xx.
        latency_seconds: latency of the slowest hundredth of requests.
        stream_age_seconds: age of the oldest change that has not reached the index.
        drift: number of pictures by which table and index differ.
        reconcile_days: days without a finished reconciliation; one takes 28 hours at 10 million
            pictures.
        cost_anomaly_usd: unexpected cost of a day.
    """

    error_percent: float = 1
    latency_seconds: float = 3
    stream_age_seconds: int = 300
    drift: int = 0
    reconcile_days: int = 2
    cost_anomaly_usd: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomDomain:
    """A custom domain name of the API.

    Attributes:
        name: such as ``lookalike.example.com``; its DNS record points to the stack's output.
        certificate_arn: its certificate in ACM, in the region of the stack.
    """

    name: str
    certificate_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The platform of the functions.

    Attributes:
        architecture: ``arm64`` or ``x86_64``.
        python: Python version whose wheels are bundled, such as ``3.13``.
    """

    architecture: str = "arm64"
    python: str = "3.13"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment.

    Attributes:
        name: part of the names of the stacks and of the domain.
        domain: machines of the domain; unused with a serverless collection.
        throttle: limits of each API key.
        keeps_data: whether tables, buckets and indices outlive the stack.
        account: the account that it is deployed to; ``None``: that of the credentials.
        region: the region that it is deployed to; ``None``: that of the command line.
        search: the service that holds the vectors.
        endpoint_scheme: ``https``, except for an emulator.
        allow_private_hosts: whether pictures may be fetched from loopback and private networks.
        target: platform of the functions.
        reserved_concurrency: by function; needs an account with the quota for it.
        cors_origin: the one other site whose pages may call the API; ``None``: none.
        custom_domain: a custom domain name of the API.
        calibration: file of ``lookalike evaluate --calibrate``; ``None``: percentages as shipped.
        alarm_email: recipient of alarms; ``None`` where another system subscribes to the topic.
        thresholds: thresholds of alarms.
        log_days: how long logs are kept.
        reconcile_minutes: interval between reconciliations of table and index.
        left_out: parts that this environment does without, each with the reason.
    """

    name: str
    domain: DomainSize
    throttle: Throttle
    keeps_data: bool
    account: str | None = None
    region: str | None = None
    search: OpenSearchService = OpenSearchService.MANAGED
    endpoint_scheme: str = "https"
    allow_private_hosts: bool = False
    target: Target = Target()
    reserved_concurrency: Mapping[str, int] = field(default_factory=dict)
    cors_origin: str | None = None
    custom_domain: CustomDomain | None = None
    calibration: Path | None = None
    alarm_email: str | None = None
    thresholds: Thresholds = Thresholds()
    log_days: int = 30
    reconcile_minutes: int = 60
    left_out: Mapping[Part, str] = field(default_factory=dict)

    @property
    def stack_name(self) -> str:
        """The name of the stack whose outputs say where everything is."""
        return f"Lookalike-{self.name}"

    def has(self, part: Part) -> bool:
        """Return whether this environment is deployed with that part."""
        return part not in self.left_out

    @property
    def calibration_json(self) -> str | None:
        """The content of the calibration file.

        Raises:
            OSError: it cannot be read.
        """
        return None if self.calibration is None else self.calibration.read_text("utf-8")


DEV = Environment(
    name="dev",
    domain=DomainSize(data_nodes=1, data_instance="t3.small.search", volume_gib=10),
    throttle=Throttle(rate=10, burst=20, day=500_000),
    keeps_data=False,
    log_days=7,
)
PROD = Environment(
    name="prod",
    domain=DomainSize(
        data_nodes=3,
        data_instance="r7g.large.search",
        volume_gib=100,
        zones=3,
        managers=3,
        manager_instance="m7g.large.search",
        standby=True,
    ),
    throttle=Throttle(rate=200, burst=400, day=20_000_000),
    keeps_data=True,
    reserved_concurrency={"find_similar": 200, "manage_products": 100, "reconcile_index": 1},
    log_days=90,
)


ENVIRONMENTS = (DEV, PROD)
"""The environments that operators deploy: another one is another line here."""


def _this_machine() -> Target:
    """An emulator runs functions on the interpreter that runs the emulator itself."""
    arm = platform.machine().lower() in {"aarch64", "arm64"}
    return Target(
        architecture="arm64" if arm else "x86_64",
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
    )


def emulated_environment() -> Environment:
    """An AWS emulator on this machine, with an OpenSearch server beside it."""
    return Environment(
        name="test",
        domain=DEV.domain,
        throttle=Throttle(rate=1000, burst=1000, day=1_000_000),
        keeps_data=False,
        search=OpenSearchService.UNSIGNED,
        endpoint_scheme="http",
        allow_private_hosts=True,
        target=_this_machine(),
        log_days=1,
        left_out={
            Part.WEB_ACL: "the emulator cannot put a web ACL before an API",
            Part.COST_ANOMALY: "the emulator has no Cost Explorer",
        },
    )
