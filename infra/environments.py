"""The environments that the application is deployed to, with everything that they differ in."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from infra.capacity import (
    DomainSize,
    Load,
    Throttle,
    concurrency,
    one_node,
    reconcile_parts,
    three_zones,
)
from lookalike.aws.settings import DOWNLOADS_PER_HOST
from lookalike.search.models.registry import read_settings
from lookalike.search.models.settings import SearchSettings
from lookalike.storage.embeddings import Quantisation
from lookalike.storage.index_kind import IndexKind
from lookalike.storage.opensearch.service import OpenSearchService


class Part(StrEnum):
    """Parts that an environment can do without."""

    WEB_ACL = "web_acl"
    ROLLOUT = "rollout"
    SPENDING = "spending"
    EVENT_ARCHIVE = "event_archive"
    SNAP_START = "snap_start"
    METHOD_METRICS = "method_metrics"
    DASHBOARD = "dashboard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The thresholds of alarms.

    Attributes:
        error_percent: share of requests that are answered 5xx.
        latency_seconds: latency of the slowest hundredth of requests.
        stream_age_seconds: age of the oldest change that has not reached the index.
        drift: number of pictures, or of products by looks, by which table and index differ.
        reconcile_days: days without a finished reconciliation.
        blocked_requests: requests that the firewall blocked in five minutes.
        throttled_requests: requests that were answered 429 in five minutes.
        concurrency_percent: share of the account's executions at once.
        day_usd: what requests of a day may cost by our own count, until callers are refused.
        batch_day_usd: the same of imports, searches for duplicates and tables, until the first two
            stand still. A million new pictures cost some 40.
        cost_anomaly_usd: unexpected cost of a day, where Cost Explorer watches it.
    """

    error_percent: float = 1
    latency_seconds: float = 3
    stream_age_seconds: int = 300
    drift: int = 0
    reconcile_days: int = 2
    blocked_requests: int = 100
    throttled_requests: int = 100
    concurrency_percent: int = 80
    day_usd: int = 20
    batch_day_usd: int = 40
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
class EventWebhook:
    """A system that is sent every event of the catalogue.

    Attributes:
        url: its https address.
        secret: name of a secret of Secrets Manager, whose text is sent in ``Authorization``.
        per_second: events that it gets a second, at most.
    """

    url: str
    secret: str
    per_second: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network of yours, for an index that is not reached from the internet.

    Functions that use the index are put into it, too, and fetch pictures from the web through it.

    Attributes:
        vpc: id of the VPC.
        cidr: its addresses, which alone may reach the index.
        subnets: ids of private subnets that lead to the internet through NAT; one in each zone.
    """

    vpc: str
    cidr: str
    subnets: tuple[str, ...]


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
class Backfill:
    """The most that a cluster for backfills may have at once.

    Attributes:
        cores: of all its workers.
        gib_of_core: memory of each.
    """

    cores: int = 400
    gib_of_core: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """A notebook instance of SageMaker, from which imports are started and proved.

    Attributes:
        instance: its type.
        volume_gib: its volume, which keeps manifests and notebooks while it is stopped.
        idle_minutes: it stops after so many minutes without activity.
    """

    instance: str = "ml.t3.medium"
    volume_gib: int = 10
    idle_minutes: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment.

    Attributes:
        name: part of the names of the stacks and of the domain.
        load: the most that callers may ask for: limits follow from it.
        domain: machines of the domain, which must serve that load; unused with a serverless
            collection.
        keeps_data: whether tables, buckets and indices outlive the stack.
        account: the account that it is deployed to; ``None``: that of the credentials.
        region: the region that it is deployed to; ``None``: that of the command line.
        indices: the kinds of index that are kept in step, of which the first answers checks.
        search: the search service, where one is among them.
        looks_quantisation: how its indices by looks keep vectors: half floats, or bytes, which
            only a domain has.
        models: a ``models.toml`` with the models of searches by looks; ``None``: the built-in one.
        endpoint_scheme: ``https``, except for an emulator.
        allow_private_hosts: whether pictures may be fetched from loopback and private networks.
        target: platform of the functions.
        reserves_concurrency: whether functions have executions of their own, so that none takes
            those of another; needs an account with the quota for it.
        account_concurrency: executions at once that the account may have in the region.
        cors_origin: the one other site whose pages may call the API; ``None``: none.
        custom_domain: a custom domain name of the API.
        calibration: file of ``lookalike evaluate --calibrate``; ``None``: percentages as shipped.
        alarm_email: recipient of alarms.
        alarm_webhook: https address of a system that alarms are sent to, which confirms the
            subscription.
        event_webhook: a system that is sent every event of the catalogue; ``None``: none.
        cost_anomaly: whether Cost Explorer watches the cost by tag; only in an account that is no
            member of an organisation, or manages it.
        thresholds: thresholds of alarms.
        log_days: how long logs are kept.
        reconcile_minutes: interval between reconciliations of table and index.
        compact_minutes: interval between compactions of a small index.
        service_check_minutes: interval between checks that the whole service works.
        network: a network of yours that the index is put into; ``None``: none.
        customer_key: whether a key of the account encrypts tables, buckets and the index.
        backfill: a cluster for backfills of 100 million pictures and more, which fetches them
            through ``network``; ``None``: none.
        notebook: a notebook for imports; ``None``: none.
        filled_from: ``s3://bucket/folder``, the output of a backfill that the tables of products
            and pictures are created from; never changed after that. ``None``: they begin empty.
        downloads_per_host: pictures that all imports together ask one host for at once.
        obey_robots_txt: whether imports fetch only pictures that the robots.txt of their hosts
            allows.
        left_out: parts that this environment does without, each with the reason.
    """

    name: str
    load: Load
    domain: DomainSize
    keeps_data: bool
    account: str | None = None
    region: str | None = None
    indices: tuple[IndexKind, ...] = (IndexKind.OPENSEARCH,)
    search: OpenSearchService = OpenSearchService.MANAGED
    looks_quantisation: Quantisation = Quantisation.FLOAT16
    models: Path | None = None
    endpoint_scheme: str = "https"
    allow_private_hosts: bool = False
    target: Target = Target()
    reserves_concurrency: bool = False
    account_concurrency: int = 1000
    cors_origin: str | None = None
    custom_domain: CustomDomain | None = None
    calibration: Path | None = None
    alarm_email: str | None = None
    alarm_webhook: str | None = None
    event_webhook: EventWebhook | None = None
    cost_anomaly: bool = False
    thresholds: Thresholds = Thresholds()
    log_days: int = 30
    reconcile_minutes: int = 60
    compact_minutes: int = 15
    service_check_minutes: int = 15
    network: Network | None = None
    customer_key: bool = False
    backfill: Backfill | None = None
    notebook: Notebook | None = None
    filled_from: str | None = None
    downloads_per_host: int = DOWNLOADS_PER_HOST
    obey_robots_txt: bool = False
    left_out: Mapping[Part, str] = field(default_factory=dict)

    @property
    def stack_name(self) -> str:
        """The name of the stack whose outputs say where everything is."""
        return f"Lookalike-{self.name}"

    @property
    def api_name(self) -> str:
        """The name of the API, its firewall and its search service."""
        return f"lookalike-{self.name}"

    @property
    def throttle(self) -> Throttle:
        """The limits of each API key."""
        return Throttle.of(self.load.checks_per_second + self.load.registrations_per_second)

    @property
    def reserved_concurrency(self) -> Mapping[str, int]:
        """Executions that are kept free for a function, by its name."""
        return self.concurrency if self.reserves_concurrency else {}

    @property
    def concurrency(self) -> Mapping[str, int]:
        """Executions at once that the load needs, by function."""
        return concurrency(self.load) | {"reconcile_index": self.reconcile_parts}

    @property
    def reconcile_parts(self) -> int:
        """Parts of a reconciliation that are worked on at once.

        A small index has one: each worker would hold all of it. So has a serverless collection,
        whose units are not known.
        """
        is_small = self.uses(IndexKind.SMALL)
        domain = self.domain if self.has_domain and not is_small else None
        return reconcile_parts(self.load, domain, self.account_concurrency)

    def uses(self, kind: IndexKind) -> bool:
        """Return whether that kind of index is kept in step."""
        return kind in self.indices

    @property
    def has_domain(self) -> bool:
        """True if there is a domain with machines."""
        is_serverless = self.search is OpenSearchService.SERVERLESS
        return self.uses(IndexKind.OPENSEARCH) and not is_serverless

    def has(self, part: Part) -> bool:
        """Return whether this environment is deployed with that part."""
        return part not in self.left_out

    @property
    def search_models(self) -> SearchSettings:
        """The models of searches by looks.

        Raises:
            SettingInvalidError: their file cannot be used.
        """
        return SearchSettings() if self.models is None else read_settings(self.models)

    @property
    def calibration_json(self) -> str | None:
        """The content of the calibration file.

        Raises:
            OSError: it cannot be read.
        """
        return None if self.calibration is None else self.calibration.read_text("utf-8")


_DEV_LOAD = Load(pictures=100_000, checks_per_second=5, registrations_per_second=5)
DEV = Environment(
    name="dev",
    load=_DEV_LOAD,
    domain=one_node(_DEV_LOAD),
    keeps_data=False,
    thresholds=Thresholds(day_usd=10),
    log_days=7,
)
_PROD_LOAD = Load(
    pictures=1_000_000, checks_per_second=30, registrations_per_second=100, imports_per_second=400
)
PROD = Environment(
    name="prod",
    load=_PROD_LOAD,
    domain=three_zones(_PROD_LOAD),
    keeps_data=True,
    reserves_concurrency=True,
    reconcile_minutes=360,
    thresholds=Thresholds(day_usd=100, batch_day_usd=400),
    log_days=90,
)
"""Not complete: an environment that keeps data says its account and region, and who gets alarms."""


SMALL = Environment(
    name="small",
    load=Load(pictures=1_000_000, checks_per_second=5, registrations_per_second=5),
    domain=DEV.domain,
    indices=(IndexKind.SMALL,),
    keeps_data=False,
    thresholds=Thresholds(day_usd=10, reconcile_days=6),
    log_days=7,
    reconcile_minutes=4320,
    service_check_minutes=1440,
    left_out={
        Part.WEB_ACL: "it costs 9 dollars a month at rest; keys and throttles limit callers",
        Part.SNAP_START: "kept snapshots cost 14 dollars a month at rest; a start takes seconds",
        Part.DASHBOARD: "it costs 3 dollars a month beyond the third one of an account",
        Part.METHOD_METRICS: "they cost 51 dollars a month; those of the whole stage are free",
    },
)
"""Without a search service, and cheap at rest."""

ENVIRONMENTS = (DEV, PROD, SMALL)
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
        load=Load(
            pictures=100_000,
            checks_per_second=500,
            registrations_per_second=500,
            imports_per_second=8,
        ),
        domain=DEV.domain,
        keeps_data=False,
        indices=(IndexKind.OPENSEARCH, IndexKind.SMALL),
        search=OpenSearchService.UNSIGNED,
        endpoint_scheme="http",
        allow_private_hosts=True,
        target=_this_machine(),
        log_days=1,
        left_out={
            Part.WEB_ACL: "the emulator cannot put a web ACL before an API",
            Part.ROLLOUT: "the emulator has no CodeDeploy",
            Part.SPENDING: "the emulator has no arithmetic of metrics",
            Part.EVENT_ARCHIVE: "the emulator archives no events by CloudFormation",
        },
    )
