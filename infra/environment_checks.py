"""Checks of an environment for what would otherwise fail, or have no effect, once deployed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from infra.capacity import MACHINES, SMALL_INDEX_PICTURES, DomainSize, Load
from infra.environments import ENVIRONMENTS, CustomDomain, Environment, emulated_environment
from infra.errors import InvalidEnvironmentError, UnknownEnvironmentError
from infra.model_checks import model_flaws
from lookalike.aws.settings import MAX_DOWNLOADS_PER_HOST
from lookalike.errors import SettingInvalidError
from lookalike.matching.calibration import Calibration
from lookalike.matching.calibration_errors import calibration_errors
from lookalike.storage.embeddings import Quantisation
from lookalike.storage.index_kind import IndexKind
from lookalike.storage.opensearch.service import OpenSearchService

UNRESERVED = 100
"""Executions at once that AWS keeps free of reservations in an account."""
DAY_MINUTES = 1440
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}"
_ORIGIN = re.compile(r"\*|https?://[a-z0-9.-]+(?::\d+)?")
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/.+")


def find_environment(name: str) -> Environment:
    """The environment of that name, checked.

    Raises:
        UnknownEnvironmentError: there is none.
        InvalidEnvironmentError: the environment cannot be deployed.
    """
    known = {known.name: known for known in (*ENVIRONMENTS, emulated_environment())}
    environment = known.get(name)
    if environment is None:
        raise UnknownEnvironmentError(name, [known.name for known in ENVIRONMENTS])
    if flaws := list(environment_flaws(environment)):
        raise InvalidEnvironmentError(name, flaws)
    return environment


def environment_flaws(environment: Environment) -> Iterator[str]:
    """Yield the flaws of an environment, as sentences that begin with the field."""
    origin, mailbox = environment.cors_origin, environment.alarm_email
    yield from _missing(environment)
    yield from _capacity_flaws(environment)
    if origin is not None and not _ORIGIN.fullmatch(origin):
        yield (
            f"cors_origin: {origin!r} is not how browsers name a site: https://shop.example.com, "
            "without a slash at the end."
        )
    if mailbox is not None and not _MAILBOX.fullmatch(mailbox):
        yield f"alarm_email: {mailbox!r} is not the address of a mailbox."
    if not 1 <= environment.downloads_per_host <= MAX_DOWNLOADS_PER_HOST:
        yield f"downloads_per_host: name a number from 1 to {MAX_DOWNLOADS_PER_HOST:,}."
    webhook = environment.alarm_webhook
    if webhook is not None and not webhook.startswith("https://"):
        yield f"alarm_webhook: {webhook!r} is not an https address."
    receiver = environment.event_webhook
    if receiver is not None and not receiver.url.startswith("https://"):
        yield f"event_webhook: {receiver.url!r} is not an https address."
    yield from _network_flaws(environment)
    if environment.custom_domain:
        yield from _domain_flaws(environment.custom_domain)
    if environment.calibration:
        yield from _calibration_flaws(environment.calibration)
    if environment.models:
        yield from model_flaws(environment, environment.models)


def _network_flaws(environment: Environment) -> Iterator[str]:
    network, zones = environment.network, environment.domain.zones
    if network is not None and len(network.subnets) < zones:
        yield f"network: name a private subnet in each zone, one for each zone: {zones}."
    if environment.backfill and not (network and environment.uses(IndexKind.OPENSEARCH)):
        yield (
            "backfill: a cluster without a network does not reach the web, and would refuse every "
            "picture: set network, of an environment with a search service."
        )


def _missing(environment: Environment) -> Iterator[str]:
    """What an environment that keeps data must say."""
    if not environment.keeps_data:
        return
    if environment.account is None or environment.region is None:
        yield (
            "account, region: say where this environment is deployed, since it keeps data: "
            "credentials of another account would make a second one."
        )
    if environment.alarm_email is None and environment.alarm_webhook is None:
        yield (
            "alarm_email: say who gets the alarms of this environment, or set alarm_webhook: "
            "nobody would notice when it fails."
        )


def _capacity_flaws(environment: Environment) -> Iterator[str]:
    yield from _index_flaws(environment)
    needed = sum(environment.reserved_concurrency.values()) + UNRESERVED
    if environment.reserves_concurrency and needed > environment.account_concurrency:
        yield (
            f"account_concurrency: the load needs {needed} executions at once, of which "
            f"{UNRESERVED} stay unreserved, and the account has "
            f"{environment.account_concurrency}: ask AWS for more, or lower the load."
        )


def _index_flaws(environment: Environment) -> Iterator[str]:
    load = environment.load
    if not environment.indices or len(set(environment.indices)) < len(environment.indices):
        yield "indices: name one kind of index, or two different ones."
    if environment.uses(IndexKind.SMALL) and load.pictures > SMALL_INDEX_PICTURES:
        yield (
            f"indices: a small index holds up to {SMALL_INDEX_PICTURES:,} pictures, not the "
            f"{load.pictures:,} of the load: use a search service."
        )
    if environment.uses(IndexKind.OPENSEARCH):
        if environment.search is OpenSearchService.MANAGED:
            yield from _domain_size_flaws(load, environment.domain)
        elif environment.search is OpenSearchService.SERVERLESS:
            yield from _sleep_flaws(environment)
        yield from _quantisation_flaws(environment)


def _quantisation_flaws(environment: Environment) -> Iterator[str]:
    offered = {Quantisation.FLOAT16}
    if environment.search is OpenSearchService.MANAGED:
        offered.add(Quantisation.INT8)
    if environment.looks_quantisation not in offered:
        listed = " or ".join(sorted(offered))
        yield (
            f"looks_quantisation: {environment.search.value} has {listed} for searches by looks, "
            f"not {environment.looks_quantisation.value}."
        )


def _domain_size_flaws(load: Load, size: DomainSize) -> Iterator[str]:
    if size.data_instance not in MACHINES:
        known = ", ".join(MACHINES)
        yield f"domain: what {size.data_instance} serves was not measured. Known are {known}."
        return
    machines = f"domain: {size.data_nodes} x {size.data_instance}"
    among = f"among {load.pictures:,} pictures"
    fast = size.checks_per_second(load)
    if fast < load.checks_per_second:
        yield (
            f"{machines} serve {fast:.1f} checks a second {among}, not the "
            f"{load.checks_per_second} of the load: use larger or more nodes."
        )
    if size.pictures < load.pictures:
        yield (
            f"{machines} have memory for {size.pictures:,} pictures, not for the "
            f"{load.pictures:,} of the load: use larger or more nodes."
        )


def _sleep_flaws(environment: Environment) -> Iterator[str]:
    """A collection sleeps after ten minutes without requests: schedules must let it."""
    for name in ("reconcile_minutes", "service_check_minutes"):
        minutes = getattr(environment, name)
        if minutes < DAY_MINUTES:
            yield (
                f"{name}: every {minutes} minutes would keep the collection awake, which costs "
                f"as much as if it never slept: use {DAY_MINUTES} or more."
            )


def _domain_flaws(domain: CustomDomain) -> Iterator[str]:
    if not re.fullmatch(_HOST, domain.name):
        yield f"custom_domain: {domain.name!r} is not a name alone, such as api.example.com."
    if not _CERTIFICATE.fullmatch(domain.certificate_arn):
        yield f"custom_domain: {domain.certificate_arn!r} is not the ARN of a certificate in ACM."


def _calibration_flaws(path: Path) -> Iterator[str]:
    """Paths are relative to the folder of cdk.json, where the CDK runs the app."""
    try:
        with calibration_errors(str(path.resolve())):
            Calibration.read(path)
    except SettingInvalidError as error:
        yield f"calibration: {error.detail} {error.at_command_line}".rstrip()
