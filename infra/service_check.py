"""A scheduled function that uses the service as a caller does, and says when that fails."""

from __future__ import annotations

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.api import Api
from infra.environments import Environment
from infra.function_specs import CHECK_SERVICE
from infra.functions import FunctionFactory
from infra.identities import Identity
from infra.log_groups import log_group, write_logs
from infra.metrics import namespace
from lookalike.aws.entry_point import NAMESPACE_VARIABLE
from lookalike.aws.service_check import API_KEY_ID, SERVICE_URL


class ServiceCheck(Construct):
    """Registers a picture, finds an edited copy of it, and deletes it, with a key of its own.

    Args:
        scope: the stack.
        construct_id: name in the stack.
        environment: the environment.
        factory: creates functions.
        api: the API that is checked.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        factory: FunctionFactory,
        api: Api,
    ) -> None:
        super().__init__(scope, construct_id)
        group = log_group(self, "Logs", environment)
        key = Stack.of(self).format_arn(
            service="apigateway",
            account="",
            resource="/apikeys",
            resource_name=api.own_key.key_id,
        )
        allowed = iam.PolicyStatement(actions=["apigateway:GET"], resources=[key])
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"needs": iam.PolicyDocument(statements=[allowed, write_logs(group)])},
        )
        function = factory.create(
            self,
            "Function",
            CHECK_SERVICE,
            Identity(role, group),
            {
                NAMESPACE_VARIABLE: namespace(environment),
                SERVICE_URL: api.url,
                API_KEY_ID: api.own_key.key_id,
            },
        )
        events.Rule(
            self,
            "Schedule",
            description="Checks that the whole service works.",
            schedule=events.Schedule.rate(Duration.minutes(environment.service_check_minutes)),
            targets=[targets.LambdaFunction(function, retry_attempts=0)],
        )
