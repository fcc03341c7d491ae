"""Why a request is not answered where API keys are needed."""

from __future__ import annotations

from lookalike.errors import PermanentError


class KeyRefusedError(PermanentError):
    """The request has no API key, or one that is unknown or was revoked.

    API Gateway refuses requests with the same code, so that clients need to know only one.
    """

    code = "key_refused"
    title = "API key refused"


class RoleMissingError(PermanentError):
    """The API key may not do this."""

    code = "role_missing"
    title = "API key without the needed role"
