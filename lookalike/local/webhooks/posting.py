"""Sends an event to a webhook, signed as Standard Webhooks says, without a way into other networks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook as Signer

from lookalike.errors import HostNotAllowedError, ImageUrlError
from lookalike.images.fetching.bounded_http import Deadline, send
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.web_address import parse
from lookalike.storage.events import Event
from lookalike.storage.webhooks import Webhook

SECONDS = 10.0
"""From the look-up of the host to the head of its answer; then the delivery has failed."""
MAX_ANSWER_BYTES = 64 * 1024
"""Of the head of an answer, whose body nobody reads."""
_WELL_RECEIVED = range(200, 300)
_BAD_ADDRESS = "The address cannot be used; it must be http or https, without credentials."
_NOT_ALLOWED = (
    "The host cannot be found, or lies in a private or reserved network, to which nothing is sent "
    "(see serve --allow-private-webhooks)."
)


class DeliveryFailedError(Exception):
    """An attempt has failed; the text says why, for the operator."""


def message_of(event: Event) -> str:
    """The body of a delivery; the same at every attempt."""
    moment = datetime.fromtimestamp(event.created_at, UTC).isoformat()
    message: dict[str, Any] = {"type": event.type.value, "timestamp": moment}
    return json.dumps({**message, "data": dict(event.data)}, ensure_ascii=False)


class WebhookPoster:
    """Sends events. Redirects are not followed. Safe to use in threads.

    Args:
        connections: to public hosts, or to private ones as well.
        seconds: that an attempt may take.
    """

    def __init__(self, connections: Connections, seconds: float = SECONDS) -> None:
        self._connections = connections
        self._seconds = seconds

    def post(self, webhook: Webhook, event: Event, now: float) -> None:
        """Send an event.

        Args:
            webhook: where to, and the secret.
            event: what.
            now: seconds since the epoch (UTC), which are signed as well.

        Raises:
            DeliveryFailedError: it was not received, as far as one knows.
        """
        try:
            status = self._status(webhook, event, now)
        except HostNotAllowedError as error:
            raise DeliveryFailedError(_NOT_ALLOWED) from error
        except ImageUrlError as error:
            raise DeliveryFailedError(_BAD_ADDRESS) from error
        except TimeoutError as error:
            raise DeliveryFailedError(f"No answer within {self._seconds:g} s.") from error
        except Exception as error:
            # Whatever a server does to its connection ends one attempt, and never the sender.
            raise DeliveryFailedError(f"No answer ({type(error).__name__}).") from error
        if status not in _WELL_RECEIVED:
            raise DeliveryFailedError(f"Status {status}.")

    def _status(self, webhook: Webhook, event: Event, now: float) -> int:
        deadline, body = Deadline(self._seconds), message_of(event)
        moment = datetime.fromtimestamp(int(now), UTC)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event.event_id,
            "webhook-timestamp": str(int(now)),
            "webhook-signature": Signer(webhook.secret).sign(event.event_id, moment, body),
        }
        here = parse(webhook.url)
        with (
            closing(self._connections.open(here, deadline)) as sock,
            closing(
                send(sock, here, deadline, MAX_ANSWER_BYTES, "POST", headers, body.encode())
            ) as response,
        ):
            return response.status
