"""The state machine that reconciles table and index, and its schedule."""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.environments import Environment
from infra.machine_names import RECONCILIATION, machine_arn
from infra.state_machine import StateMachine, allow, task


class Reconciliation(StateMachine):
    """Reconciles by schedule, in several parts at once.

    Args:
        scope: the stack.
        construct_id: name in the stack.
        environment: the environment.
        function: says what is left of a step, and works on a part of it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        function: lambda_.IFunction,
    ) -> None:
        arn = function.function_arn
        super().__init__(
            scope,
            construct_id,
            environment,
            RECONCILIATION,
            states=definition(arn, environment.reconcile_parts),
            allowed=[allow(["lambda:InvokeFunction"], arn)],
        )
        machine = sfn.StateMachine.from_state_machine_arn(
            self, "Known", machine_arn(Stack.of(self), environment, RECONCILIATION)
        )
        events.Rule(
            self,
            "Schedule",
            description="Reconciles table and index.",
            schedule=events.Schedule.rate(Duration.minutes(environment.reconcile_minutes)),
            targets=[targets.SfnStateMachine(machine, retry_attempts=0)],
        )


def definition(function: str, parts: int) -> dict[str, Any]:
    """The states, as Step Functions reads them.

    A call works as long as it has time, so that most parts of a step take one or a few. When all
    calls have ended, a plan says which parts are left, or begins the next step.

    Args:
        function: its ARN.
        parts: that are worked on at the same time.
    """
    plan = {"step": "plan", "worker.$": "$$.Execution.Id"}
    return {
        "Comment": "Reconciles table and index. How far it is, the table of imports has.",
        "StartAt": "Plan",
        "States": {
            "Plan": {
                **task(function, plan),
                "ResultSelector": {"left.$": "$.Payload.left"},
                "Next": "IsAnythingLeft",
            },
            "IsAnythingLeft": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.left[0]", "IsPresent": True, "Next": "Work"}],
                "Default": "Ended",
            },
            "Work": {
                "Type": "Map",
                "ItemsPath": "$.left",
                "ItemSelector": {"step": "work", "part.$": "$$.Map.Item.Value"},
                "MaxConcurrency": parts,
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "INLINE"},
                    "StartAt": "WorkOnPart",
                    "States": {
                        "WorkOnPart": {
                            **task(function),
                            "ResultSelector": {"is_done.$": "$.Payload.is_done"},
                            "End": True,
                        }
                    },
                },
                "ResultPath": "$.worked",
                "Next": "Plan",
            },
            "Ended": {"Type": "Succeed"},
        },
    }
