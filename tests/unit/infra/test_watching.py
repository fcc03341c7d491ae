"""Alarms say why they go off, notify a topic, and cover what can go wrong."""

from __future__ import annotations

import json
from typing import Any

from infra.environments import DEV, PROD
from lookalike.aws.entry_point import NAMESPACE_VARIABLE
from lookalike.aws.service_check import FOUND_AFTER
from tests.unit.infra.templates import Stack

ALARM = "AWS::CloudWatch::Alarm"
OURS = "Lookalike/"
"""What namespaces of our own metrics begin with."""


def _metrics(stack: Stack) -> set[str]:
    """Namespace and name of every metric that has an alarm."""
    alarms = stack.properties(ALARM)
    combined = [
        query["MetricStat"]["Metric"]
        for alarm in alarms
        for query in alarm.get("Metrics", [])
        if "MetricStat" in query
    ]
    return {
        f"{metric['Namespace']} {metric['MetricName']}"
        for metric in [*combined, *(a for a in alarms if "MetricName" in a)]
    }


def _names(stack: Stack) -> set[str]:
    """What the alarms are called, without the environment."""
    return {alarm["AlarmName"].split("-", 2)[2] for alarm in stack.properties(ALARM)}


def _own(stack: Stack) -> dict[str, Any]:
    """Alarms on what functions publish themselves, by name."""
    return {
        alarm["AlarmName"]: alarm
        for alarm in stack.properties(ALARM)
        if alarm.get("Namespace", "").startswith(OURS) and alarm.get("Dimensions")
    }


def test_should_say_why_and_notify_the_topic(deployed: Stack) -> None:
    for alarm in deployed.properties(ALARM):
        assert len(alarm["AlarmDescription"]) > 40
        assert deployed.words(alarm["AlarmActions"][0]) == "<Alarms/Topic>"
        assert alarm["OKActions"] == alarm["AlarmActions"][:1]


def test_should_watch_what_can_go_wrong(deployed: Stack) -> None:
    assert {"Drift", "LooksDrift"} <= {alarm["MetricName"] for alarm in _own(deployed).values()}
    assert _metrics(deployed) >= {
        "AWS/ApiGateway 5XXError",
        "AWS/ApiGateway Latency",
        "AWS/Lambda DestinationDeliveryFailures",
        "AWS/Lambda Errors",
        "AWS/Lambda IteratorAge",
        "AWS/Lambda ConcurrentExecutions",
        "AWS/WAFV2 BlockedRequests",
        "AWS/ES AutomatedSnapshotFailure",
        "AWS/DynamoDB ReadThrottleEvents",
        "AWS/DynamoDB WriteThrottleEvents",
        "AWS/S3 PutRequests",
        "AWS/S3 NumberOfObjects",
        "AWS/SQS ApproximateNumberOfMessagesVisible",
        "AWS/ES ClusterStatus.red",
        "AWS/ES ClusterStatus.yellow",
        "AWS/ES FreeStorageSpace",
        "AWS/ES JVMMemoryPressure",
        "AWS/ES CPUUtilization",
        "AWS/ES KNNCircuitBreakerTriggered",
        "AWS/ES Nodes",
        "AWS/ES ThreadpoolSearchRejected",
    }


def test_should_watch_every_function_for_errors(deployed: Stack) -> None:
    """Others are called by deployments, or have an alarm on what they find or fail to do."""
    handlers = [function["Handler"] for function in deployed.properties("AWS::Lambda::Function")]
    ours = {handler.split(".")[1] for handler in handlers if handler.startswith("lambdas.")}
    unwatched = {name for name in ours if f"{name}-errors" not in _names(deployed)}
    by_what_fails = {"finish_import", "prepare_duplicates", "finish_duplicates"}
    breakers = {"stop_callers", "stop_batches"}
    assert unwatched == {"check_service", "prepare_search"} | by_what_fails | breakers
    (watched,) = [
        a for a in deployed.properties(ALARM) if a["AlarmName"].endswith("breaker-errors")
    ]
    stats = [query["MetricStat"]["Metric"] for query in watched["Metrics"] if "MetricStat" in query]
    assert [metric["MetricName"] for metric in stats] == ["Errors"] * len(breakers)


def test_should_watch_for_throttles_what_has_executions_of_its_own(dev: Stack, prod: Stack) -> None:
    """The alarm on the account's executions covers the others."""
    reserved = {f"{name}-throttles" for name in PROD.reserved_concurrency}
    assert reserved <= _names(prod)
    assert "AWS/Lambda Throttles" in _metrics(prod) - _metrics(dev)


def test_should_hear_what_the_functions_of_the_same_environment_publish(deployed: Stack) -> None:
    """A function publishes under the namespace of this variable (`test_entry_point`)."""
    assert _own(deployed)
    for alarm in _own(deployed).values():
        ((dimension, function),) = [(d["Name"], d["Value"]) for d in alarm["Dimensions"]]
        told = deployed.function(function)["Environment"]["Variables"]
        assert dimension == "service"
        assert told[NAMESPACE_VARIABLE] == alarm["Namespace"]


def test_should_hear_nothing_of_other_environments(dev: Stack, prod: Stack) -> None:
    spaces = [{alarm["Namespace"] for alarm in _own(stack).values()} for stack in (dev, prod)]
    assert all(spaces)
    assert not spaces[0] & spaces[1]


def test_should_watch_managers_where_there_are_some(dev: Stack, prod: Stack) -> None:
    assert "AWS/ES MasterCPUUtilization" in _metrics(prod) - _metrics(dev)


def test_should_watch_latency_at_its_slowest_hundredth(dev: Stack) -> None:
    (latency,) = [a for a in dev.properties(ALARM) if a.get("MetricName") == "Latency"]
    assert latency["ExtendedStatistic"] == "p99"
    assert latency["Threshold"] == DEV.thresholds.latency_seconds * 1000


def test_should_alarm_before_disks_are_full(dev: Stack) -> None:
    (disk,) = [a for a in dev.properties(ALARM) if a.get("MetricName") == "FreeStorageSpace"]
    assert disk["ComparisonOperator"] == "LessThanThreshold"
    assert 0 < disk["Threshold"] < DEV.domain.volume_gib * 1024


def test_should_count_what_is_put_to_the_failed_records(dev: Stack) -> None:
    """Requests to a bucket are counted only where the bucket says so."""
    counted = [b.get("MetricsConfigurations") for b in dev.properties("AWS::S3::Bucket")]
    (alarm,) = [a for a in dev.properties(ALARM) if a.get("MetricName") == "PutRequests"]
    filters = [d["Value"] for d in alarm["Dimensions"] if d["Name"] == "FilterId"]
    assert [{"Id": filters[0]}] in counted


def test_should_say_how_long_late_changes_stay_in_the_stream(dev: Stack) -> None:
    seconds = dev.mapping("Pictures")["MaximumRecordAgeInSeconds"]
    (late,) = [a for a in dev.properties(ALARM) if a.get("MetricName") == "IteratorAge"]
    assert f"After {seconds // 3600} hours they leave" in late["AlarmDescription"]


def test_should_hear_of_the_first_record_that_is_lost(dev: Stack) -> None:
    """Where records are kept stays empty then, and its alarms silent."""
    mappings = dev.properties("AWS::Lambda::EventSourceMapping")
    followers = {mapping["FunctionName"]["Fn::GetAtt"][0] for mapping in mappings}
    lost = [
        a for a in dev.properties(ALARM) if a.get("MetricName") == "DestinationDeliveryFailures"
    ]
    assert {alarm["Dimensions"][0]["Value"]["Ref"] for alarm in lost} == followers
    for alarm in lost:
        assert (alarm["Statistic"], alarm["Threshold"], alarm["EvaluationPeriods"]) == ("Sum", 0, 1)


def test_should_alarm_when_no_reconciliation_ends(dev: Stack) -> None:
    (missing,) = [a for a in dev.properties(ALARM) if a["AlarmName"].endswith("reconcile-missing")]
    assert missing["TreatMissingData"] == "breaching"
    assert (missing["MetricName"], missing["Statistic"]) == ("Drift", "SampleCount")
    assert missing["EvaluationPeriods"] * missing["Period"] == 86_400 * 2


def test_should_let_alarms_publish(deployed: Stack) -> None:
    """A topic with a policy of its own only accepts publishers that the policy names."""
    (policy,) = deployed.properties("AWS::SNS::TopicPolicy")
    (statement,) = [
        each
        for each in policy["PolicyDocument"]["Statement"]
        if each["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    ]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "sns:Publish")


def test_should_watch_the_indices_of_tables(dev: Stack) -> None:
    named = {
        dimension["Value"]
        for alarm in dev.properties(ALARM)
        for dimension in alarm.get("Dimensions", [])
        if dimension["Name"] == "GlobalSecondaryIndexName"
    }
    assert named == {"by_fingerprint", "narrow", "by_subject"}


def test_should_alarm_when_a_reconciliation_fails_once(dev: Stack) -> None:
    (alarm,) = [
        a for a in dev.properties(ALARM) if a["AlarmName"].endswith("reconcile_index-errors")
    ]
    assert alarm["EvaluationPeriods"] == 1


def test_should_alarm_when_the_service_was_not_seen_to_work(dev: Stack) -> None:
    (broken,) = [a for a in dev.properties(ALARM) if a["AlarmName"].endswith("service-check")]
    assert broken["TreatMissingData"] == "breaching"
    assert broken["MetricName"] == FOUND_AFTER
    assert broken["Period"] == DEV.service_check_minutes * 60
    assert dev.function("check_service")["Timeout"] < broken["Period"]


def test_should_count_who_is_answered_429(deployed: Stack) -> None:
    """By the access log: the gateway has no metric of it."""
    counted = deployed.the("AWS::Logs::MetricFilter")
    (metric,) = counted["MetricTransformations"]
    (alarm,) = [
        a for a in deployed.properties(ALARM) if a["AlarmName"].endswith("throttled-requests")
    ]
    assert counted["FilterPattern"] == '{ $.status = "429" }'
    assert (alarm["Namespace"], alarm["MetricName"]) == (
        metric["MetricNamespace"],
        metric["MetricName"],
    )


def _releases(stack: Stack) -> set[str]:
    (group, other) = stack.properties("AWS::CodeDeploy::DeploymentGroup")
    stopping = [
        [stack.words(alarm["Name"]) for alarm in each["AlarmConfiguration"]["Alarms"]]
        for each in (group, other)
    ]
    assert stopping[0] == stopping[1]
    assert group["AutoRollbackConfiguration"]["Enabled"]
    assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    return {name.strip("<>").removeprefix("Alarms/") for name in stopping[0]}


def test_should_take_back_releases_that_fail(deployed: Stack) -> None:
    assert _releases(deployed) == {
        "find_similar-live-errors",
        "manage_products-live-errors",
        "release-errors",
    }
    for alias in deployed.all("AWS::Lambda::Alias"):
        assert "CodeDeployLambdaAliasUpdate" in alias["UpdatePolicy"]


def test_should_notice_a_bad_release_within_its_five_minutes(deployed: Stack) -> None:
    stopping = _releases(deployed)
    alarms = [
        a
        for a in deployed.properties(ALARM)
        if any(a["AlarmName"].endswith(f"-{name}") for name in stopping)
    ]
    assert len(alarms) == len(stopping)
    for alarm in alarms:
        assert alarm["Period"] * alarm["EvaluationPeriods"] <= 120


def test_should_watch_cost_by_tag_where_that_is_chosen_alone(dev: Stack, prod: Stack) -> None:
    """Members of an organisation may not: their first deployment would fail."""
    for stack in (dev, prod):
        assert not stack.all("AWS::CE::AnomalyMonitor")


def test_should_tell_of_days_that_cost_too_much(with_options: Stack) -> None:
    deployed = with_options
    subscription = deployed.the("AWS::CE::AnomalySubscription")
    monitored = json.loads(deployed.the("AWS::CE::AnomalyMonitor")["MonitorSpecification"])
    (subscriber,) = subscription["Subscribers"]
    publishers = [
        statement["Principal"].get("Service")
        for policy in deployed.properties("AWS::SNS::TopicPolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        if isinstance(statement["Principal"], dict)
    ]
    assert deployed.words(subscriber["Address"]) == "<Alarms/Topic>"
    assert monitored["Tags"]["Values"] == [deployed.tags["service"]]
    assert "costalerts.amazonaws.com" in publishers


def test_should_notify_the_mailbox_of_the_environment(with_options: Stack) -> None:
    subscribed = {
        each["Protocol"]: each["Endpoint"]
        for each in with_options.properties("AWS::SNS::Subscription")
    }
    assert subscribed == {"email": "duty@example.com", "https": "https://duty.example.com/alarms"}


def test_should_have_no_machines_to_watch_where_there_are_none(with_options: Stack) -> None:
    assert not any(metric.startswith("AWS/ES") for metric in _metrics(with_options))


def test_should_show_alarms_callers_sync_and_domain_on_one_page(deployed: Stack) -> None:
    body = deployed.words(deployed.the("AWS::CloudWatch::Dashboard")["DashboardBody"])
    for shown in ("Alarms", "Requests", "IteratorAge", "Drift", "SearchLatency"):
        assert shown in body
