"""API keys of a service on one machine, and the interface of the store that keeps them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum

from lookalike.errors import PermanentError

_PREFIX = "lookalike"
_ID_BYTES = 4
_SECRET_BYTES = 32
"""Nobody can try so many secrets, so a fast digest without salt keeps them safe."""


class UnknownKeyError(PermanentError):
    """No API key has that id."""

    code = "unknown_key"
    title = "Unknown API key"


class Role(StrEnum):
    """What the holder of a key may do; each role may do what those before it may."""

    READ = "read"
    """Check and compare pictures, and read the catalogue."""
    WRITE = "write"
    """Also change the catalogue."""
    ADMIN = "admin"
    """Also what concerns the service as a whole."""

    def includes(self, needed: Role) -> bool:
        """Return whether whoever has this role may do what needs the other one."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored: who has the store cannot use it.

    Attributes:
        key_id: unique; the middle part of the token, which logs may show.
        name: whose it is or what it is for, in the words of the operator.
        role: what its holder may do.
        digest: SHA-256 of the token.
        created_at: seconds since the epoch (UTC).
        revoked_at: seconds since the epoch (UTC); ``None`` while the key is valid.
    """

    key_id: str
    name: str
    role: Role
    digest: bytes
    created_at: float
    revoked_at: float | None = None

    def is_of(self, token: str) -> bool:
        """Return whether this is the token of the key, in a time that says nothing about it."""
        return hmac.compare_digest(self.digest, digest_of(token))


def new_key(name: str, role: Role, now: float) -> tuple[str, ApiKey]:
    """Make a key: the token, which is shown once, and what is stored of it.

    Args:
        name: whose it is.
        role: what its holder may do.
        now: seconds since the epoch (UTC).
    """
    key_id = secrets.token_hex(_ID_BYTES)
    token = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    return token, ApiKey(key_id, name, role, digest_of(token), now)


def key_id_of(token: str) -> str:
    """The id within a token; empty where the text is no token."""
    prefix, _, rest = token.partition("_")
    return rest.partition("_")[0] if prefix == _PREFIX else ""


def digest_of(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).digest()


class ApiKeyStore(ABC):
    """The keys of one service. Revoked ones stay, so that it is known that keys are needed."""

    @abstractmethod
    def add(self, key: ApiKey) -> None:
        """Store a new key."""

    @abstractmethod
    def all(self) -> list[ApiKey]:
        """All keys, the revoked ones included, oldest first."""

    @abstractmethod
    def revoke(self, key_id: str, now: float) -> ApiKey:
        """Make a key useless; one that was revoked already stays as it is.

        Args:
            key_id: of the key.
            now: seconds since the epoch (UTC).

        Raises:
            UnknownKeyError: there is no key of that id.
        """
