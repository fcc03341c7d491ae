"""Lets go of what errors hold of the requests that they have ended.

An error has a traceback, whose frames hold the values of their variables, such as bodies of 30 MB.
Where one of these values leads back to the error, as parsers and validators keep theirs, all of
them would stay until Python looks for such cycles, which may be hundreds of requests later.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import ValidationError


def release(error: BaseException) -> None:
    """Forget the variables of all functions that this error, or a cause of it, has ended."""
    for each in _with_causes(error):
        traceback.clear_frames(each.__traceback__)
        for mistake in _mistakes(each):
            mistake.__traceback__ = None  # its frames may still run, and cannot be cleared


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _mistakes(error: BaseException) -> Iterator[BaseException]:
    """The errors of our own validators within one of pydantic."""
    if isinstance(error, ValidationError | RequestValidationError):
        found = (mistake.get("ctx", {}).get("error") for mistake in error.errors())
        yield from (each for each in found if isinstance(each, BaseException))
