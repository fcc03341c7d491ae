"""What a question to AWS is, and how it is answered where something does not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lookalike.aws.doctor.needs import Needs

Clients = Callable[[str], Any]
"""Returns a client of boto3 for the name of a service."""
Question = Callable[[Needs, Clients], str]
"""Returns what fits.

Raises ``NotEnoughError`` where the deployment would fail, ``NotToldError`` and errors of botocore
where AWS does not answer."""


class NotEnoughError(Exception):
    """The account lacks something that the deployment needs; the text says what to do."""


class NotToldError(Exception):
    """AWS does not say; the text says where to look."""
