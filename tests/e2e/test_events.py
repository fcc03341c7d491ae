"""What arrives is checked and told: by the API, and on the bus."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import boto3
import pytest

from tests.e2e.conftest import Index
from tests.e2e.deployment import Deployment
from tests.e2e.service import Api, in_text, wait_until
from tests.e2e.test_checks import an_edited_copy, chosen

pytestmark = pytest.mark.timeout(1800)

CHANGE, NUMBER = "flip", 0


class Listener:
    """A queue to which a rule of somebody else brings what is on the bus.

    Args:
        bus: name of the bus.
    """

    def __init__(self, bus: str) -> None:
        self._queues, self._events = boto3.client("sqs"), boto3.client("events")
        self._bus = {"EventBusName": bus}
        self._queue = self._queues.create_queue(QueueName="heard")["QueueUrl"]
        self.heard: list[Mapping[str, Any]] = []

    def open(self) -> None:
        """Listen to duplicates from now on."""
        answer = self._queues.get_queue_attributes(
            QueueUrl=self._queue, AttributeNames=["QueueArn"]
        )
        arn = answer["Attributes"]["QueueArn"]
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        self._queues.set_queue_attributes(QueueUrl=self._queue, Attributes={"Policy": policy})
        pattern = json.dumps({"detail-type": ["duplicate.found"]})
        self._events.put_rule(Name="heard", EventPattern=pattern, **self._bus)
        targets = [{"Id": "queue", "Arn": arn}]
        self._events.put_targets(Rule="heard", Targets=targets, **self._bus)

    def receive(self) -> bool:
        """Whether anything was heard so far."""
        answer = self._queues.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10)
        self.heard += [json.loads(each["Body"]) for each in answer.get("Messages", [])]
        return bool(self.heard)

    def close(self) -> None:
        """Leave nothing behind."""
        self._events.remove_targets(Rule="heard", Ids=["queue"], **self._bus)
        self._events.delete_rule(Name="heard", **self._bus)
        self._queues.delete_queue(QueueUrl=self._queue)


@pytest.fixture
def listener(deployment: Deployment) -> Iterator[Listener]:
    """One that listens."""
    made = Listener(deployment.outputs["EventBus"])
    made.open()
    yield made
    made.close()


def test_should_refuse_a_duplicate_and_tell_everybody(
    api: Api, index: Index, listener: Listener
) -> None:
    shown = {"sku": "s", **in_text(chosen(NUMBER).photograph)}
    there = api.request("PUT", "/products/there", json=shown).json()
    index.wait(there["fingerprint"]["id"], there=True)

    target = "/products/arriving?check=true&on_duplicate=refuse"
    refused = api.request("PUT", target, json=in_text(an_edited_copy(CHANGE)))
    assert (refused.status_code, refused.json()["code"]) == (
        HTTPStatus.CONFLICT,
        "duplicate_found",
    )
    assert refused.json()["match"]["verdict"] == "edited_copy"

    def listed() -> list[Mapping[str, Any]]:
        answer = api.request("GET", "/events?entity_id=arriving&newest_first=true")
        found: list[Mapping[str, Any]] = answer.json()["events"]
        return found

    wait_until(lambda: bool(listed()), "the event is listed once it is settled")
    [event] = listed()
    assert (event["type"], event["data"]["on_duplicate"]) == ("duplicate.found", "refuse")
    wait_until(listener.receive, "the event is on the bus")
    assert listener.heard[0]["detail"] == event
    assert listener.heard[0]["detail-type"] == "duplicate.found"
    assert api.request("DELETE", "/products/there").status_code == HTTPStatus.NO_CONTENT
