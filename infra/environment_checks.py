"""What in an environment would only fail, or be of no use, once it is deployed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from infra.environments import ENVIRONMENTS, CustomDomain, Environment, emulated_environment
from infra.errors import InvalidEnvironmentError, UnknownEnvironmentError
from lookalike.matching.calibration import Calibration

_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}"
_ORIGIN = re.compile(r"\*|https?://[a-z0-9.-]+(?::\d+)?")
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/.+")


def environment_of(name: str) -> Environment:
    """The environment of that name.

    Raises:
        UnknownEnvironmentError: there is none.
        InvalidEnvironmentError: what it says cannot be deployed.
    """
    known = {known.name: known for known in (*ENVIRONMENTS, emulated_environment())}
    if name not in known:
        raise UnknownEnvironmentError(name, [known.name for known in ENVIRONMENTS])
    flaws = list(flaws_of(known[name]))
    if flaws:
        raise InvalidEnvironmentError(name, flaws)
    return known[name]


def flaws_of(environment: Environment) -> Iterator[str]:
    """What is wrong, each beginning with the field."""
    origin, mailbox = environment.cors_origin, environment.alarm_email
    if origin is not None and not _ORIGIN.fullmatch(origin):
        yield (
            f"cors_origin: {origin!r} is not how browsers name a site: https://shop.example.com, "
            "without a slash at the end."
        )
    if mailbox is not None and not _MAILBOX.fullmatch(mailbox):
        yield f"alarm_email: {mailbox!r} is not the address of a mailbox."
    if environment.custom_domain:
        yield from _flaws_of_domain(environment.custom_domain)
    if environment.calibration:
        yield from _flaws_of_calibration(environment.calibration)


def _flaws_of_domain(domain: CustomDomain) -> Iterator[str]:
    if not re.fullmatch(_HOST, domain.name):
        yield f"custom_domain: {domain.name!r} is not a name alone, such as api.example.com."
    if not _CERTIFICATE.fullmatch(domain.certificate_arn):
        yield f"custom_domain: {domain.certificate_arn!r} is not the ARN of a certificate in ACM."


def _flaws_of_calibration(path: Path) -> Iterator[str]:
    """Paths start in the folder of cdk.json, where the CDK runs the app."""
    advice = "`lookalike evaluate --calibrate` writes one."
    try:
        Calibration.read(path)
    except OSError as error:
        yield f"calibration: {path.resolve()} cannot be read ({error.strerror}); {advice}"
    except ValueError as error:
        yield f"calibration: {path.resolve()} cannot be used ({error}); {advice}"
