"""New versions of the functions that answer callers get a tenth of the calls first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import CfnCodeDeployLambdaAliasUpdate, CfnUpdatePolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

_CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
_Group = codedeploy.CfnDeploymentGroup


class Rollout(Construct):
    """CodeDeploy moves the aliases, and moves them back as soon as an alarm goes off.

    It uses the CloudFormation resources: the more convenient ones attach a policy of AWS that
    allows more. A first deployment creates aliases, and moves nothing.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        live: Mapping[str, lambda_.Alias],
        functions: Mapping[str, lambda_.Function],
        alarms: Sequence[cloudwatch.Alarm],
    ) -> None:
        super().__init__(scope, construct_id)
        self._application = codedeploy.CfnApplication(
            self, "Application", compute_platform="Lambda"
        )
        self._alarms = [_Group.AlarmProperty(name=alarm.alarm_name) for alarm in alarms]
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"),
            inline_policies={"needs": _needs([functions[name].function_arn for name in live])},
        )
        for name, alias in live.items():
            self._roll_out(name, alias, role)

    def _roll_out(self, name: str, alias: lambda_.Alias, role: iam.Role) -> None:
        group = _Group(
            self,
            name,
            application_name=self._application.ref,
            service_role_arn=role.role_arn,
            deployment_config_name=_CANARY,
            deployment_style=_Group.DeploymentStyleProperty(
                deployment_option="WITH_TRAFFIC_CONTROL", deployment_type="BLUE_GREEN"
            ),
            alarm_configuration=_Group.AlarmConfigurationProperty(
                enabled=True, alarms=self._alarms
            ),
            auto_rollback_configuration=_Group.AutoRollbackConfigurationProperty(
                enabled=True,
                events=[
                    "DEPLOYMENT_FAILURE",
                    "DEPLOYMENT_STOP_ON_ALARM",
                    "DEPLOYMENT_STOP_ON_REQUEST",
                ],
            ),
        )
        resource = alias.node.default_child
        assert isinstance(resource, lambda_.CfnAlias)  # noqa: S101 - for the type
        resource.cfn_options.update_policy = CfnUpdatePolicy(
            code_deploy_lambda_alias_update=CfnCodeDeployLambdaAliasUpdate(
                application_name=self._application.ref, deployment_group_name=group.ref
            )
        )


def _needs(functions: Sequence[str]) -> iam.PolicyDocument:
    """What CodeDeploy does with functions and alarms.

    (Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambdaLimited.html)
    """
    move = ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"]
    aliases = [f"{function}:live" for function in functions]
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(actions=move, resources=[*functions, *aliases]),
            iam.PolicyStatement(actions=["cloudwatch:DescribeAlarms"], resources=["*"]),
        ]
    )
