"""Sends events to webhooks in the background: at least once, and in order for each subject."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from lookalike.errors import LookalikeError
from lookalike.local.webhooks.posting import DeliveryFailedError, WebhookPoster
from lookalike.storage.sqlite.webhooks import SqliteWebhooks
from lookalike.storage.webhooks import Delivery, Webhook

AT_ONCE = 4
"""Deliveries of one webhook at the same time, each about another subject."""
PAUSE = 1.0
"""Seconds between two looks at what has happened."""
_MINUTE, _HOUR = 60.0, 60 * 60.0
RETRIES = (
    *(5.0, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR),
    *(20 * _HOUR, 24 * _HOUR),
)
"""Seconds after which a delivery is tried again, more than three days in all; Standard Webhooks
recommends these. Then it is a dead letter."""
_SET_BACK = _MINUTE
"""Seconds by which the system's clock is set back, rather than corrected."""
JITTER = 0.2
"""Share of such a time by which it is longer or shorter, so that not all come at once."""

log = logging.getLogger("lookalike.webhooks")


@dataclass(frozen=True, slots=True)
class SendingPolicy:
    """When events are sent.

    Attributes:
        pause: seconds between two looks at what has happened.
        retries: seconds after which a delivery is tried again.
        clock: seconds since the epoch (UTC).
    """

    pause: float = PAUSE
    retries: Sequence[float] = RETRIES
    clock: Callable[[], float] = time.time

    def next_at(self, attempts: int) -> float | None:
        """When to try again after so many failed attempts; ``None``: never."""
        if attempts > len(self.retries):
            return None
        spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret
        return self.clock() + self.retries[attempts - 1] * spread


class WebhookSender:
    """Sends the events of a catalogue, with a thread for each webhook.

    So a slow receiver keeps no other waiting. Webhooks that are added or removed meanwhile, by
    whatever process, are noticed. What was not received when the process ends is sent by the next.

    Args:
        webhooks: with their deliveries.
        poster: sends one event.
        policy: when.
    """

    def __init__(
        self, webhooks: SqliteWebhooks, poster: WebhookPoster, policy: SendingPolicy | None = None
    ) -> None:
        self._webhooks = webhooks
        self._poster = poster
        self._policy = policy or SendingPolicy()
        self._closing = threading.Event()
        self._lines: dict[str, threading.Thread] = {}
        self._thread = threading.Thread(target=self._watch, name="webhooks", daemon=True)

    def open(self) -> None:
        """Start to send."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the attempts that are under way."""
        self._closing.set()
        self._thread.join()
        for line in self._lines.values():
            line.join()

    def _watch(self) -> None:
        """Start a thread for each webhook that has none."""
        while not self._closing.is_set():
            for webhook in self._all():
                line = self._lines.get(webhook.webhook_id)
                if line is None or not line.is_alive():
                    self._lines[webhook.webhook_id] = self._begun(webhook.webhook_id)
            self._closing.wait(self._policy.pause)

    def _begun(self, webhook_id: str) -> threading.Thread:
        line = threading.Thread(target=self._send_all, args=(webhook_id,), name=webhook_id)
        line.daemon = True
        line.start()
        return line

    def _all(self) -> list[Webhook]:
        try:
            return self._webhooks.all()
        except LookalikeError as error:
            log.warning("Webhooks cannot be read: %s", error.detail)
            return []

    def _send_all(self, webhook_id: str) -> None:
        """Send what a webhook is to get until it is removed, or the sender is closed."""
        now = self._policy.clock()
        with ThreadPoolExecutor(AT_ONCE, webhook_id) as executor:
            while not self._closing.is_set():
                before, now = now, self._policy.clock()
                found = [each for each in self._all() if each.webhook_id == webhook_id]
                if not found:
                    return
                if not self._round(found[0], executor, now, is_set_back=now < before - _SET_BACK):
                    self._closing.wait(self._policy.pause)

    def _round(
        self, webhook: Webhook, executor: ThreadPoolExecutor, now: float, *, is_set_back: bool
    ) -> bool:
        """Try what is due; return whether there was anything.

        When the clock was set back, all is due: it would wait for so much longer otherwise.
        """
        try:
            if is_set_back:
                self._webhooks.hasten(webhook.webhook_id, now)
            if self._webhooks.has_news(webhook):
                self._webhooks.queue(webhook.webhook_id, now)
            due = self._webhooks.due(webhook.webhook_id, now, AT_ONCE)
            list(executor.map(lambda each: self._try(webhook, each), due))
        except LookalikeError as error:
            log.warning("Webhook %s waits: %s", webhook.webhook_id, error.detail)
            return False
        return bool(due)

    def _try(self, webhook: Webhook, delivery: Delivery) -> None:
        event, webhook_id = delivery.event, webhook.webhook_id
        try:
            self._poster.post(webhook, event, self._policy.clock())
        except DeliveryFailedError as error:
            next_at = self._policy.next_at(delivery.attempts + 1)
            self._webhooks.failed(webhook_id, event.number, next_at, str(error))
            what = "is tried again" if next_at else "is a dead letter"
            log.warning("Event %s for webhook %s %s: %s", event.event_id, webhook_id, what, error)
            return
        self._webhooks.delivered(webhook_id, event.number)
        if delivery.attempts:
            self._webhooks.hasten(webhook_id, self._policy.clock())
