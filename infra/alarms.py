"""The alarms: each says why it goes off, and all notify one topic."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Literal

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra import metrics
from infra.alarm_specs import AlarmSpec
from infra.domain_alarms import domain_alarms
from infra.environments import Part
from infra.function_alarms import function_alarms, lost_record_alarms
from infra.function_specs import COMPACT_INDEX
from infra.machine_names import DUPLICATES, IMPORTS
from infra.metrics import Watched
from infra.spending import spending_alarms
from infra.stream_mapping import MAX_RECORD_AGE
from infra.traffic_alarms import release_alarms, traffic_alarms
from lookalike.storage.dynamodb.schema import BY_FINGERPRINT, BY_SUBJECT, NARROW
from lookalike.storage.index_kind import IndexKind


class Alarms(Construct):
    """All alarms.

    Attributes:
        topic: the topic that they notify.
        by_name: the alarms, by their names within the environment.
    """

    def __init__(self, scope: Construct, construct_id: str, watched: Watched) -> None:
        super().__init__(scope, construct_id)
        self._environment = watched.environment
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True)
        # A policy of its own replaces the default one, which lets the account's alarms publish.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        self._subscribe()
        self.by_name = {spec.name: self.add(spec) for spec in _specs(self, watched)}

    def _subscribe(self) -> None:
        if self._environment.alarm_email is not None:
            address = subscriptions.EmailSubscription(self._environment.alarm_email)
            self.topic.add_subscription(address)
        if self._environment.alarm_webhook is not None:
            webhook = subscriptions.UrlSubscription(self._environment.alarm_webhook)
            self.topic.add_subscription(webhook)

    def add(self, spec: AlarmSpec) -> cloudwatch.Alarm:
        """Create an alarm that notifies the topic."""
        alarm = cloudwatch.Alarm(
            self,
            spec.name,
            alarm_name=f"lookalike-{self._environment.name}-{spec.name}",
            alarm_description=spec.reason,
            metric=spec.metric,
            threshold=spec.threshold,
            comparison_operator=spec.operator,
            evaluation_periods=spec.periods,
            treat_missing_data=spec.missing,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        alarm.add_ok_action(actions.SnsAction(self.topic))
        return alarm


def _specs(scope: Construct, watched: Watched) -> Iterator[AlarmSpec]:
    yield from _api_alarms(watched)
    yield from function_alarms(watched)
    yield from _sync_alarms(watched)
    yield from lost_record_alarms(watched)
    yield from _table_alarms(watched)
    yield from traffic_alarms(scope, watched)
    yield from release_alarms(watched)
    yield _service_alarm(watched)
    yield _event_alarm(watched)
    yield from _imports_alarms(scope, watched)
    yield _duplicates_alarm(scope, watched)
    if watched.environment.has(Part.SPENDING):
        yield from spending_alarms(watched)
    if watched.environment.uses(IndexKind.OPENSEARCH):
        yield _looks_alarm(watched)
    if watched.compactor is not None:
        yield _compaction_alarm(watched.compactor)
    if watched.has_domain:
        yield from domain_alarms(scope, watched)


def _api_alarms(watched: Watched) -> Iterator[AlarmSpec]:
    limits = watched.environment.thresholds
    yield AlarmSpec(
        name="api-errors",
        reason=f"More than {limits.error_percent:g} % of requests were answered 5xx for ten "
        "minutes: callers cannot check or register.",
        metric=metrics.error_share(watched),
        threshold=limits.error_percent / 100,
        periods=2,
    )
    yield AlarmSpec(
        name="api-latency",
        reason=f"The slowest hundredth of requests took over {limits.latency_seconds:g} seconds "
        "for 15 minutes: picture hosts are slow, or the index is too small.",
        metric=metrics.latency(watched, "p99"),
        threshold=limits.latency_seconds * 1000,
        periods=3,
    )


def _sync_alarms(watched: Watched) -> Iterator[AlarmSpec]:
    limits = watched.environment.thresholds
    yield AlarmSpec(
        name="stream-age",
        reason=f"Changes reach the index more than {limits.stream_age_seconds} seconds late: "
        f"new pictures are not found yet. After {MAX_RECORD_AGE.to_hours():g} hours they leave the "
        "stream for the bucket of failed records.",
        metric=metrics.stream_age(watched),
        threshold=limits.stream_age_seconds * 1000,
        periods=2,
    )
    yield AlarmSpec(
        name="failed-records",
        reason="Stream records could not be applied and were put into the bucket of failed "
        "records: their pictures are not found until `lookalike replay`.",
        metric=metrics.failed_record_arrivals(watched),
        threshold=0,
    )
    yield AlarmSpec(
        name="failed-records-waiting",
        reason="The bucket still had failed records at the last daily count: replay them.",
        metric=metrics.failed_record_count(watched),
        threshold=0,
    )
    yield AlarmSpec(
        name="drift",
        reason=f"Table and index differed by more than {limits.drift} pictures before they were "
        "repaired: the stream loses changes, or something else wrote to the index.",
        metric=metrics.drift(watched),
        threshold=limits.drift,
    )
    yield AlarmSpec(
        name="reconcile-missing",
        reason=f"No reconciliation of table and index has ended for {limits.reconcile_days} days: "
        "drift would not be noticed.",
        metric=metrics.reconciliations_per_day(watched),
        threshold=1,
        periods=limits.reconcile_days,
        operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        missing=cloudwatch.TreatMissingData.BREACHING,
    )


def _looks_alarm(watched: Watched) -> AlarmSpec:
    limit = watched.environment.thresholds.drift
    return AlarmSpec(
        name="looks-drift",
        reason=f"Table and index by looks differed by more than {limit} products before they were "
        "repaired: the stream loses changes, or something else wrote to the index.",
        metric=metrics.looks_drift(watched),
        threshold=limit,
    )


def _imports_alarms(scope: Construct, watched: Watched) -> Iterator[AlarmSpec]:
    yield AlarmSpec(
        name="imports-unfinished",
        reason="An import has ended before its last row: its detail (`GET /imports/{id}`) says "
        "why. `POST /imports/{id}/resume` goes on with the rows that are left.",
        metric=metrics.own_metric(watched, "finish_import", "RowsLeft"),
        threshold=0,
    )
    yield AlarmSpec(
        name="imports-failed",
        reason="The last step of an import has failed, so that it says for ever that it runs: the "
        "log of `finish_import` says why. `DELETE /imports/{id}` ends it, and resuming it then "
        "goes on with what is left.",
        metric=metrics.failed_executions(scope, watched, IMPORTS),
        threshold=0,
    )


def _duplicates_alarm(scope: Construct, watched: Watched) -> AlarmSpec:
    return AlarmSpec(
        name="duplicates-failed",
        reason="A search for duplicates has failed: the log of its state machine says in which "
        "step, and those of `prepare_duplicates` and `finish_duplicates` say why. The next search "
        "goes on with what is left.",
        metric=metrics.failed_executions(scope, watched, DUPLICATES),
        threshold=0,
    )


def _service_alarm(watched: Watched) -> AlarmSpec:
    minutes = watched.environment.service_check_minutes
    return AlarmSpec(
        name="service-check",
        reason=f"Nothing was registered, found and deleted for {2 * minutes} minutes, though the "
        "deployment tries that itself: callers cannot check or register, or new pictures are not "
        "found.",
        metric=metrics.found_copies(watched),
        threshold=1,
        periods=2,
        operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        missing=cloudwatch.TreatMissingData.BREACHING,
    )


def _event_alarm(watched: Watched) -> AlarmSpec:
    return AlarmSpec(
        name="dead-events",
        reason="Events could not be published on the bus, or the webhook did not take them for a "
        "day: they wait in the queue of dead letters.",
        metric=metrics.dead_event_count(watched),
        threshold=0,
    )


def _compaction_alarm(compactor: lambda_.IFunction) -> AlarmSpec:
    return AlarmSpec(
        name="compact_index-errors",
        reason="The small index could not be compacted (S3 or DynamoDB did not answer, a snapshot "
        "is damaged, or memory or time ran out): checks stay right, but functions start slower "
        "with every change.",
        metric=compactor.metric_errors(),
        threshold=0,
        periods=COMPACT_INDEX.error_periods or 1,
    )


def _table_alarms(watched: Watched) -> Iterator[AlarmSpec]:
    kinds: tuple[Literal["Read", "Write"], ...] = ("Read", "Write")
    for (name, table), kind in product(watched.tables.items(), kinds):
        yield AlarmSpec(
            name=f"{name}-{kind.lower()}-throttles",
            reason=f"DynamoDB refused {kind.lower()}s of the table of {name}: traffic grew "
            "faster than an on-demand table can, or one key is hot.",
            metric=metrics.table_throttles(table, kind),
            threshold=0,
            periods=2,
        )
    for (name, index), kind in product(_INDICES.items(), kinds):
        yield AlarmSpec(
            name=f"{name}-index-{kind.lower()}-throttles",
            reason=f"DynamoDB refused {kind.lower()}s of the index {index} of the table of {name}: "
            "traffic grew too fast, or one key is hot.",
            metric=metrics.table_throttles(watched.tables[name], kind, index),
            threshold=0,
            periods=2,
        )


_INDICES = {
    "products": BY_FINGERPRINT.name,
    "pictures": NARROW.name,
    "events": BY_SUBJECT.name,
}
