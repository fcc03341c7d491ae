"""Every event is delivered at least once, in order for each product, whatever a receiver does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from lookalike.images.fetching.connections import Connections
from lookalike.local.webhooks.posting import WebhookPoster
from lookalike.local.webhooks.sender import JITTER, RETRIES, SendingPolicy, WebhookSender
from lookalike.storage.events import Event, EventType
from lookalike.storage.sqlite.encryption import KEY_BYTES
from lookalike.storage.sqlite.storage import EmbeddedStorage
from lookalike.storage.webhooks import Webhook
from tests.builders import VERSION
from tests.servers import answer, raw, redirect, slow
from tests.unit.local.webhooks.receiver import SECONDS, Receiver, receiving, wait_until

SOON = (0.02,) * 60
REGISTERED, FINISHED = EventType.PICTURE_REGISTERED, EventType.IMPORT_FINISHED
DOWN = raw(b"")


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[EmbeddedStorage]:
    with closing(EmbeddedStorage(tmp_path, VERSION)) as made:
        yield made


@contextmanager
def sending(storage: EmbeddedStorage, retries: tuple[float, ...] = SOON) -> Iterator[None]:
    """The sender runs as long as the block lasts."""
    poster = WebhookPoster(Connections(allow_private_hosts=True), SECONDS)
    policy = SendingPolicy(pause=0.02, retries=retries)
    with closing(WebhookSender(storage.webhooks, poster, policy)) as sender:
        sender.open()
        yield


def add(storage: EmbeddedStorage, url: str, *types: EventType) -> Webhook:
    webhook = Webhook.new(url, types, 1.0, storage.events.last())
    storage.webhooks.add(webhook)
    return webhook


def happen(
    storage: EmbeddedStorage, entity_id: str, number: int, kind: EventType = REGISTERED
) -> str:
    event = Event.new(kind, entity_id, {"entity_id": entity_id, "number": number}, 5.0)
    storage.events.add([event])
    return event.event_id


def is_empty(storage: EmbeddedStorage) -> bool:
    backlogs = storage.webhooks.backlogs().values()
    return all((each.queued, each.dead, each.behind) == (0, 0, 0) for each in backlogs)


def in_order(receiver: Receiver) -> bool:
    by_subject: dict[str, list[int]] = {}
    for subject, number in receiver.subjects:
        by_subject.setdefault(subject, []).append(number)
    return all(numbers == sorted(numbers) for numbers in by_subject.values())


def test_should_send_what_happens_signed_as_the_standard_says(storage: EmbeddedStorage) -> None:
    with receiving() as receiver, sending(storage):
        happen(storage, "before", 0)
        webhook = add(storage, receiver.url)
        event_id = happen(storage, "a ü", 1)
        wait_until(lambda: bool(receiver.taken) and is_empty(storage))
    [(body, headers)] = receiver.taken
    assert body == {
        "type": "picture.registered",
        "timestamp": "1970-01-01T00:00:05+00:00",
        "data": {"entity_id": "a ü", "number": 1},
    }
    assert (headers["webhook-id"], headers["Content-Type"]) == (event_id, "application/json")
    assert [each.method for each in receiver.server.requests] == ["POST"]
    receiver.verify(webhook.secret)


def test_should_deliver_all_in_order_to_a_receiver_that_is_slow_down_and_lying(
    storage: EmbeddedStorage,
) -> None:
    with receiving() as other:
        late = slow(3 * SECONDS, answer(status=200))
        bad = [DOWN, answer(status=500), answer(status=503), redirect(other.url, 307), late]
        drawn = random.Random(7).choices(bad[:4], k=25)  # noqa: S311 - no secret
        behaviours = [*bad, *drawn]
        with receiving(behaviours) as receiver, sending(storage):
            webhook = add(storage, receiver.url)
            for number in range(6):
                for name in "abc":
                    happen(storage, name, number)
            wait_until(lambda: is_empty(storage))
    assert sorted(receiver.subjects) == [(name, number) for name in "abc" for number in range(6)]
    assert in_order(receiver)
    receiver.verify(webhook.secret)
    assert other.server.requests == []


def test_should_go_on_after_a_restart(tmp_path: Path) -> None:
    with receiving([DOWN] * 10_000) as receiver:
        with closing(EmbeddedStorage(tmp_path, VERSION)) as storage:
            add(storage, receiver.url)
            ids = [happen(storage, "a", number) for number in range(3)]
            with sending(storage):
                wait_until(lambda: len(receiver.server.requests) > 2)
        receiver.behaviours.clear()
        with closing(EmbeddedStorage(tmp_path, VERSION)) as again, sending(again):
            wait_until(lambda: is_empty(again))
    assert [headers["webhook-id"] for _, headers in receiver.taken] == ids


@pytest.mark.parametrize("jump", [-86_400.0, -3_600.0, 3_600.0, 86_400.0])
def test_should_deliver_when_the_clock_jumps(storage: EmbeddedStorage, jump: float) -> None:
    """A day back would otherwise be a day's wait, for all that is tried again."""
    now = 1_000_000.0
    policy = SendingPolicy(pause=0.02, retries=(1_800.0, 0.02), clock=lambda: now)
    poster = WebhookPoster(Connections(allow_private_hosts=True), SECONDS)
    with receiving([DOWN]) as receiver:
        webhook = add(storage, receiver.url)
        happen(storage, "a", 1)
        with closing(WebhookSender(storage.webhooks, poster, policy)) as sender:
            sender.open()
            wait_until(lambda: bool(storage.webhooks.due(webhook.webhook_id, now + 7_200, 9)))
            wait_until(lambda: len(receiver.server.requests) == 1)
            wait_until(lambda: not storage.webhooks.due(webhook.webhook_id, now, 9))
            now += jump
            happen(storage, "b", 2)
            wait_until(lambda: is_empty(storage))
    assert sorted(receiver.subjects) == [("a", 1), ("b", 2)]


def test_should_keep_dead_letters_and_replay_them(storage: EmbeddedStorage) -> None:
    with receiving([answer(status=500)] * 2) as receiver, sending(storage, retries=(0.02,)):
        webhook = add(storage, receiver.url)
        event_id = happen(storage, "a", 1)
        wait_until(lambda: bool(storage.webhooks.dead(webhook.webhook_id)))
        [letter] = storage.webhooks.dead(webhook.webhook_id)
        assert (letter.event.event_id, letter.attempts, letter.error) == (
            event_id,
            2,
            "Status 500.",
        )
        happen(storage, "a", 2)
        wait_until(lambda: receiver.subjects == [("a", 2)])
        assert storage.webhooks.replay(webhook.webhook_id, 9.0, "evt_other") == 0
        assert storage.webhooks.replay(webhook.webhook_id, 9.0, event_id) == 1
        wait_until(lambda: is_empty(storage))
    assert receiver.subjects == [("a", 2), ("a", 1)]


def test_should_try_all_again_when_a_receiver_is_back(storage: EmbeddedStorage) -> None:
    """Others than the first would have waited for an hour."""
    with receiving([DOWN] * 5) as receiver, sending(storage, retries=(0.3, *(3600.0,) * 5)):
        add(storage, receiver.url)
        for number, name in enumerate("abcde"):
            happen(storage, name, number)
        wait_until(lambda: is_empty(storage))
    assert len(receiver.subjects) == 5


def test_should_send_events_of_the_wanted_types_alone(storage: EmbeddedStorage) -> None:
    with receiving() as receiver, sending(storage):
        add(storage, receiver.url, FINISHED)
        happen(storage, "a", 1)
        happen(storage, "b", 2, FINISHED)
        wait_until(lambda: bool(receiver.taken) and is_empty(storage))
    assert receiver.subjects == [("b", 2)]


def test_should_send_nothing_more_to_a_webhook_that_is_removed(storage: EmbeddedStorage) -> None:
    with receiving() as gone, receiving() as receiver, sending(storage):
        webhook = add(storage, gone.url)
        add(storage, receiver.url)
        happen(storage, "a", 1)
        wait_until(lambda: len(gone.taken) == len(receiver.taken) == 1)
        storage.webhooks.remove(webhook.webhook_id)
        happen(storage, "a", 2)
        wait_until(lambda: len(receiver.taken) == 2)
    assert gone.subjects == [("a", 1)]


def test_should_not_let_a_slow_receiver_keep_another_waiting(storage: EmbeddedStorage) -> None:
    stuck = slow(60, answer())
    with receiving([stuck] * 100) as slow_one, receiving() as receiver, sending(storage):
        add(storage, slow_one.url)
        add(storage, receiver.url)
        for number in range(5):
            happen(storage, "a", number)
        wait_until(lambda: len(receiver.taken) == 5)
    assert slow_one.taken == []


def test_should_sweep_nothing_that_is_still_to_be_sent(storage: EmbeddedStorage) -> None:
    webhook = add(storage, "https://erp.example/hook")
    happen(storage, "a", 1)
    assert storage.events.sweep(9.0) == 0
    storage.webhooks.queue(webhook.webhook_id, 6.0)
    assert storage.events.sweep(9.0) == 0
    storage.webhooks.failed(webhook.webhook_id, 1, None, "No answer.")
    assert (storage.events.sweep(5.0), len(storage.webhooks.dead(webhook.webhook_id))) == (0, 1)
    assert (storage.events.sweep(9.0), storage.webhooks.dead(webhook.webhook_id)) == (1, [])


def test_should_queue_no_more_than_some(storage: EmbeddedStorage) -> None:
    webhook = add(storage, "https://erp.example/hook")
    for number in range(5):
        happen(storage, f"p{number}", number)
    for _ in range(2):
        storage.webhooks.queue(webhook.webhook_id, 6.0, most=3)
    backlog = storage.webhooks.backlogs()[webhook.webhook_id]
    assert (backlog.queued, backlog.behind) == (3, 2)
    [webhook] = storage.webhooks.all()
    assert (storage.webhooks.has_news(webhook, 3), storage.webhooks.has_news(webhook)) == (
        False,
        True,
    )


def test_should_encrypt_secrets_in_a_folder_with_a_key(tmp_path: Path) -> None:
    with closing(EmbeddedStorage(tmp_path, VERSION, key=bytes(KEY_BYTES))) as storage:
        webhook = add(storage, "https://erp.example/hook")
        assert storage.webhooks.all() == [
            Webhook(
                webhook.webhook_id, webhook.url, webhook.secret, tuple(EventType), 1.0, position=0
            )
        ]
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert webhook.secret.encode() not in content
    assert webhook.url.encode() in content


def test_should_try_for_three_days_and_not_all_at_once() -> None:
    assert sum(RETRIES) > 3 * 24 * 60 * 60
    policy = SendingPolicy(clock=lambda: 100.0)
    times = {policy.next_at(2) for _ in range(50)}
    assert len(times) > 10
    assert all(
        time and abs(time - 100 - RETRIES[1]) <= JITTER * RETRIES[1] + 1e-6 for time in times
    )
    assert policy.next_at(len(RETRIES)) is not None
    assert policy.next_at(len(RETRIES) + 1) is None
