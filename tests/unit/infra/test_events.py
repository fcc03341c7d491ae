"""Events are published, archived and sent, and what is not delivered is kept."""

from __future__ import annotations

import json

from infra.environments import DEV
from tests.unit.infra.conftest import WEBHOOK
from tests.unit.infra.templates import Stack

BUS = "<Events/Bus>"
QUEUE = "<Events/DeadLetters.Arn>"


def test_should_follow_new_events_from_the_first(dev: Stack) -> None:
    mapping = dev.mapping("Events")
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    [wanted] = mapping["FilterCriteria"]["Filters"]
    assert json.loads(wanted["Pattern"]) == {"eventName": ["INSERT"]}, "not expired ones"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"]
    failed = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert dev.words(failed) == QUEUE
    assert mapping["MaximumRecordAgeInSeconds"] < 24 * 3600, "before the stream forgets"


def test_should_archive_what_the_function_publishes(deployed: Stack) -> None:
    archive = deployed.the("AWS::Events::Archive")
    told = deployed.function("publish_events")["Environment"]["Variables"]
    assert archive["EventPattern"] == {"source": [told["LOOKALIKE_EVENT_SOURCE"]]}
    assert archive["RetentionDays"] == 30
    assert deployed.words(told["LOOKALIKE_EVENT_BUS"]) == BUS
    assert deployed.words(told["LOOKALIKE_DEAD_EVENTS_QUEUE"]) == "<Events/DeadLetters>"


def test_should_keep_dead_letters_encrypted_and_behind_tls(deployed: Stack) -> None:
    queue = deployed.the("AWS::SQS::Queue")
    assert queue["SqsManagedSseEnabled"]
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    statements = deployed.the("AWS::SQS::QueuePolicy")["PolicyDocument"]["Statement"]
    refused = [each for each in statements if each["Effect"] == "Deny"]
    assert [each["Condition"] for each in refused] == [{"Bool": {"aws:SecureTransport": "false"}}]


def test_should_send_every_event_to_the_webhook_and_keep_what_it_does_not_take(
    with_options: Stack,
) -> None:
    destination = with_options.the("AWS::Events::ApiDestination")
    assert (destination["InvocationEndpoint"], destination["HttpMethod"]) == (WEBHOOK.url, "POST")
    [rule] = [r for r in with_options.properties("AWS::Events::Rule") if "EventBusName" in r]
    assert with_options.words(rule["EventBusName"]) == BUS
    [target] = rule["Targets"]
    assert target["InputPath"] == "$.detail", "what GET /events shows"
    assert with_options.words(target["DeadLetterConfig"]["Arn"]) == QUEUE
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] == 24 * 3600
    assert rule["EventPattern"] == {"source": [f"lookalike-{DEV.name}"]}


def test_should_have_the_secret_of_the_webhook_in_no_template(with_options: Stack) -> None:
    key = with_options.the("AWS::Events::Connection")["AuthParameters"]["ApiKeyAuthParameters"]
    assert key["ApiKeyName"] == "Authorization"
    assert key["ApiKeyValue"].startswith(f"{{{{resolve:secretsmanager:{WEBHOOK.secret}:")


def test_should_send_nothing_unless_told(dev: Stack) -> None:
    assert not dev.all("AWS::Events::ApiDestination")
    assert not dev.all("AWS::Events::Connection")
