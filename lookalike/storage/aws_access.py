"""Errors of boto3 as one sentence each, which says what to set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

from lookalike.errors import SettingInvalidError


@contextmanager
def translated_aws_errors() -> Iterator[None]:
    """Raise errors of boto3 inside as one sentence.

    Raises:
        SettingInvalidError: no credentials, no region, no such profile, or AWS refuses.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise SettingInvalidError(_in_words(error)) from error


def _in_words(error: BotoCoreError | ClientError) -> str:
    match error:
        case NoRegionError():
            return "No AWS region is set. Set AWS_REGION, or AWS_PROFILE to a profile that has one."
        case NoCredentialsError():
            return (
                "There are no AWS credentials. Set AWS_PROFILE to a profile that has some, or "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
        case ProfileNotFound():
            return (
                f"There is no AWS profile {error.kwargs['profile']!r}. Set AWS_PROFILE to one that "
                "`aws configure list-profiles` shows."
            )
        case _:
            return f"AWS: {error}"
