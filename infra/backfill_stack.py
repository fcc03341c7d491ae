"""The stack of a cluster for backfills, which is off by default and costs nothing when idle."""

from __future__ import annotations

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_emrserverless as emr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.buckets import private_bucket
from infra.data_stack import DataStack
from infra.encryption import key_statements
from infra.environment_stack import EnvironmentStack
from infra.environments import Environment
from infra.log_groups import log_group, removal_policy
from infra.search_stack import SearchStack

RELEASE = "emr-7.13.0"
_ARCHITECTURES = {"arm64": "ARM64", "x86_64": "X86_64"}
_Properties = emr.CfnApplication


class BackfillStack(EnvironmentStack):
    """EMR Serverless, a bucket for manifests, code and output, and a role for jobs.

    Whoever starts jobs needs ``emr-serverless:StartJobRun`` on the application and ``iam:PassRole``
    on the role.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        data: DataStack,
        search: SearchStack | None,
    ) -> None:
        super().__init__(scope, environment, "backfill", "a cluster for backfills")
        self._environment = environment
        bucket = private_bucket(
            self, "Bucket", key=data.key, removal_policy=removal_policy(environment)
        )
        application = self._application(search)
        role = self._role(bucket, data)
        for name, value in {
            "BackfillApplication": application.attr_application_id,
            "BackfillBucket": bucket.bucket_name,
            "BackfillRole": role.role_arn,
        }.items():
            CfnOutput(self, name, value=value)

    def _application(self, search: SearchStack | None) -> emr.CfnApplication:
        """It starts with a job, stops when idle, and never has more machines than it may."""
        limits = self._environment.backfill
        assert limits is not None  # noqa: S101 - else there is no such stack
        network = search.network if search else None
        return emr.CfnApplication(
            self,
            "Application",
            name=f"{self._environment.api_name}-backfill",
            release_label=RELEASE,
            type="SPARK",
            architecture=_ARCHITECTURES[self._environment.target.architecture],
            auto_start_configuration=_Properties.AutoStartConfigurationProperty(enabled=True),
            auto_stop_configuration=_Properties.AutoStopConfigurationProperty(
                enabled=True, idle_timeout_minutes=15
            ),
            maximum_capacity=_Properties.MaximumAllowedResourcesProperty(
                cpu=f"{limits.cores} vCPU",
                memory=f"{limits.cores * limits.gib_of_core} GB",
                disk=f"{limits.cores * 20} GB",
            ),
            network_configuration=None
            if network is None
            else _Properties.NetworkConfigurationProperty(
                subnet_ids=network.subnets, security_group_ids=[network.function_group]
            ),
        )

    def _role(self, bucket: s3.Bucket, data: DataStack) -> iam.Role:
        """It may use its bucket, write its log, and become the administrator of the index."""
        stack = Stack.of(self)
        jobs = iam.ServicePrincipal(
            "emr-serverless.amazonaws.com",
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
        )
        log = log_group(self, "Logs", self._environment)
        objects = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        statements = [
            _allow(objects, bucket.arn_for_objects("*")),
            _allow(["s3:GetBucketLocation", "s3:ListBucket"], bucket.bucket_arn),
            _allow(["sts:AssumeRole"], data.identities.administrator.role.role_arn),
            _allow(["logs:CreateLogStream", "logs:PutLogEvents"], log.log_group_arn),
            _allow(["logs:DescribeLogStreams"], log.log_group_arn),
            *key_statements(data.key),
        ]
        return iam.Role(
            self,
            "Role",
            description="Runs backfills.",
            assumed_by=jobs,
            inline_policies={"needs": iam.PolicyDocument(statements=statements)},
        )


def _allow(actions: list[str], *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=list(resources))
