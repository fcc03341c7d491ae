"""Checks of an environment for what would otherwise fail, or have no effect, once deployed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from infra.environments import ENVIRONMENTS, CustomDomain, Environment, emulated_environment
from infra.errors import InvalidEnvironmentError, UnknownEnvironmentError
from lookalike.errors import SettingInvalidError
from lookalike.matching.calibration import Calibration
from lookalike.matching.calibration_errors import calibration_errors

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
    if origin is not None and not _ORIGIN.fullmatch(origin):
        yield (
            f"cors_origin: {origin!r} is not how browsers name a site: https://shop.example.com, "
            "without a slash at the end."
        )
    if mailbox is not None and not _MAILBOX.fullmatch(mailbox):
        yield f"alarm_email: {mailbox!r} is not the address of a mailbox."
    if environment.custom_domain:
        yield from _domain_flaws(environment.custom_domain)
    if environment.calibration:
        yield from _calibration_flaws(environment.calibration)


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
        yield f"calibration: {error.detail}"
