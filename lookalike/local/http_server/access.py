"""Who may ask for what: the API key of a request, and the role that its route needs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from lookalike.http.key_errors import KeyRefusedError, RoleMissingError
from lookalike.http.roles import ROLES
from lookalike.storage.api_keys import ApiKey, Role, key_id_of

MAX_AGE = 1.0
"""Seconds after which the keys are read again: a revoked one is refused as soon."""

_BEARER = "bearer "
_MISSING = (
    "This service needs an API key: send it in the header x-api-key, or as Authorization: Bearer "
    "KEY."
)
_NOT_VALID = "The API key is unknown or was revoked. Ask the operator for another one."


class Access:
    """Admits requests. Keys are needed as soon as one was ever made.

    Args:
        read_keys: all keys, the revoked ones included.
        roles: that routes need, by method and path.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        read_keys: Callable[[], Sequence[ApiKey]],
        roles: Mapping[str, Role | None] = ROLES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read_keys = read_keys
        self._roles = roles
        self._clock = clock
        self._read_at = -math.inf
        self._keys: dict[str, ApiKey] = {}

    def admit(self, route: str | None, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """The id of the key that a request has; empty where it needs none.

        Args:
            route: its method and path, as it is declared; ``None``: no route answers it.
            headers: as ASGI has them.

        Raises:
            KeyRefusedError: it needs a key and has none, or one that is unknown or was revoked.
            RoleMissingError: its key may not do this.
            StorageUnavailableError: the keys cannot be read.
        """
        needed = self._roles.get(route, Role.ADMIN) if route else Role.READ
        if needed is None or not self._current_keys():
            return ""
        key = self._key_of(_token(headers))
        if not key.role.includes(needed):
            raise RoleMissingError(
                f"This needs a key with the role {needed}; this key has the role {key.role}."
            )
        return key.key_id

    def _key_of(self, token: str) -> ApiKey:
        if not token:
            raise KeyRefusedError(_MISSING)
        key = self._current_keys().get(key_id_of(token))
        if key is None or not key.is_of(token) or key.revoked_at is not None:
            raise KeyRefusedError(_NOT_VALID)
        return key

    def _current_keys(self) -> Mapping[str, ApiKey]:
        """The keys by id, as they were a moment ago."""
        now = self._clock()
        if now - self._read_at >= MAX_AGE:
            self._keys = {key.key_id: key for key in self._read_keys()}
            self._read_at = now
        return self._keys


def _token(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The key in ``x-api-key``, as on AWS, or else in ``Authorization``; empty if there is none."""
    values = {name.lower(): value.decode("latin-1").strip() for name, value in headers}
    if token := values.get(b"x-api-key"):
        return token
    authorization = values.get(b"authorization", "")
    is_bearer = authorization[: len(_BEARER)].lower() == _BEARER
    return authorization[len(_BEARER) :].strip() if is_bearer else ""


OPEN = Access(tuple)
"""Admits everybody."""
