"""Webhooks: where events are sent, and what is still to be sent."""

from __future__ import annotations

import base64
import secrets
import uuid
from dataclasses import dataclass

from lookalike.errors import PermanentError
from lookalike.storage.events import Event, EventType

_SECRET_BYTES = 32
"""Standard Webhooks asks for 24 to 64."""


class UnknownWebhookError(PermanentError):
    """No webhook has that id."""

    code = "unknown_webhook"
    title = "Unknown webhook"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A receiver of events.

    Attributes:
        webhook_id: unique.
        url: where events are sent.
        secret: with which they are signed, as Standard Webhooks writes it (``whsec_…``).
        types: of the events that are sent; empty for all.
        created_at: seconds since the epoch (UTC).
        position: number of the last event for which a delivery was queued, where one is wanted.
    """

    webhook_id: str
    url: str
    secret: str
    types: tuple[EventType, ...]
    created_at: float
    position: int = 0

    @classmethod
    def new(cls, url: str, types: tuple[EventType, ...], now: float, position: int) -> Webhook:
        """A webhook with an id and a secret of its own, which gets the events after a position."""
        secret = base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
        return cls(f"wh_{uuid.uuid4().hex[:12]}", url, f"whsec_{secret}", types, now, position)


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event that a webhook is to get.

    Attributes:
        webhook_id: whose.
        event: what is sent.
        attempts: that have failed.
        next_at: seconds since the epoch (UTC) when it is tried again; ``None``: it is a dead
            letter, which only a replay sends.
        error: why the last attempt has failed; empty before the first.
    """

    webhook_id: str
    event: Event
    attempts: int = 0
    next_at: float | None = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a webhook has not got.

    Attributes:
        queued: deliveries that wait or are tried again.
        dead: dead letters.
        behind: events that are not queued yet, wanted or not.
    """

    queued: int
    dead: int
    behind: int
