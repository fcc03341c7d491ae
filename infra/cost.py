"""An alarm when a day costs more than expected, where Cost Explorer may watch it."""

from __future__ import annotations

import json

from aws_cdk import aws_ce as ce
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.environments import Environment
from infra.tags import SERVICE_TAG, tags


class CostAnomaly(Construct):
    """Watches the cost of resources with our tag, which must be activated for cost allocation.

    Members of an organisation may not watch by tag: only the account that manages it may.

    An endless loop, a leaked key or a forgotten index shows first in the bill: no metric of a
    single service covers them all.
    """

    def __init__(
        self, scope: Construct, construct_id: str, environment: Environment, topic: sns.Topic
    ) -> None:
        super().__init__(scope, construct_id)
        value = tags(environment)[SERVICE_TAG]
        monitor = ce.CfnAnomalyMonitor(
            self,
            "Monitor",
            monitor_name=f"lookalike-{environment.name}",
            monitor_type="CUSTOM",
            monitor_specification=json.dumps({"Tags": {"Key": SERVICE_TAG, "Values": [value]}}),
        )
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("costalerts.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
            )
        )
        subscription = ce.CfnAnomalySubscription(
            self,
            "Subscription",
            subscription_name=f"lookalike-{environment.name}",
            frequency="IMMEDIATE",
            monitor_arn_list=[monitor.attr_monitor_arn],
            subscribers=[
                ce.CfnAnomalySubscription.SubscriberProperty(type="SNS", address=topic.topic_arn)
            ],
            threshold_expression=_at_least(environment.thresholds.cost_anomaly_usd),
        )
        subscription.node.add_dependency(topic)


def _at_least(usd: int) -> str:
    return json.dumps(
        {
            "Dimensions": {
                "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
                "Values": [str(usd)],
            }
        }
    )
