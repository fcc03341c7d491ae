"""The stack of a notebook for imports, which is off by default and stops when nobody uses it."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import ArnFormat, CfnOutput, Fn, IgnoreMode, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from infra.data_stack import DataStack
from infra.encryption import key_statements
from infra.environment_stack import EnvironmentStack
from infra.environments import Environment
from infra.search_stack import SearchStack
from infra.service_stack import ServiceStack
from lookalike.aws.imports.files import CATALOGUES

PLATFORM = "notebook-al2023-v1"
LOGS = "/aws/sagemaker/NotebookInstances"
_ROOT = Path(__file__).parent.parent
_LEFT_OUT = (
    "/*",
    "!/lookalike",
    *("!/infra", "/infra/*", "!/infra/notebook"),
    *("!/notebooks", "/notebooks/*", "!/notebooks/backfill.ipynb"),
    "!/requirements-notebook.txt",
    "__pycache__",
)
"""All but these, in the notation of ``.gitignore``."""
_Properties = sagemaker.CfnNotebookInstance


class NotebookStack(EnvironmentStack):
    """A notebook instance of SageMaker with ``notebooks/backfill.ipynb``, and its role.

    Whoever opens it needs ``sagemaker:StartNotebookInstance`` and
    ``sagemaker:CreatePresignedNotebookInstanceUrl`` on it, and can do what its role may.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        data: DataStack,
        search: SearchStack | None,
        service: ServiceStack,
    ) -> None:
        super().__init__(scope, environment, "notebook", "a notebook for imports")
        assert environment.notebook is not None  # noqa: S101 - else there is no such stack
        self._notebook = environment.notebook
        self._service = environment.stack_name
        self._name = f"{environment.api_name}-backfill"
        self._code = assets.Asset(
            self,
            "Code",
            path=str(_ROOT),
            exclude=list(_LEFT_OUT),
            ignore_mode=IgnoreMode.GIT,
        )
        key = data.key or kms.Key(
            self,
            "Key",
            description=f"Lookalike ({environment.name}): the volume of the notebook.",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._add_instance(key, self._role(data, service), search)
        CfnOutput(self, "Notebook", value=self._name)

    def _add_instance(self, key: kms.IKey, role: iam.Role, search: SearchStack | None) -> None:
        """In the network of the index, or with the internet alone: pictures are on the web."""
        network = search.network if search else None
        hook = sagemaker.CfnNotebookInstanceLifecycleConfig
        at_start = hook.NotebookInstanceLifecycleHookProperty(content=Fn.base64(self._script()))
        _Properties(
            self,
            "NotebookInstance",
            notebook_instance_name=self._name,
            instance_type=self._notebook.instance,
            platform_identifier=PLATFORM,
            role_arn=role.role_arn,
            kms_key_id=key.key_arn,
            volume_size_in_gb=self._notebook.volume_gib,
            root_access="Disabled",
            direct_internet_access="Disabled" if network else "Enabled",
            subnet_id=network.subnets[0] if network else None,
            security_group_ids=[network.function_group] if network else None,
            instance_metadata_service_configuration=_Properties.InstanceMetadataServiceConfigurationProperty(
                minimum_instance_metadata_service_version="2"
            ),
            lifecycle_config_name=hook(
                self, "Start", on_start=[at_start]
            ).attr_notebook_instance_lifecycle_config_name,
        )

    def _script(self) -> str:
        """Fetches the code, and goes on with what is in it."""
        zipped, region = self._code.s3_object_url, self.region
        arguments = f"{self._name} {region} {self._service} {self._notebook.idle_minutes}"
        return "\n".join([
            "#!/bin/bash",
            "set -euo pipefail",
            f"aws s3 cp --only-show-errors --region {region} {zipped} /tmp/code.zip",
            "rm -rf /opt/lookalike && python3 -m zipfile -e /tmp/code.zip /opt/lookalike",
            f"bash /opt/lookalike/infra/notebook/start.sh {arguments}",
        ])  # fmt: skip

    def _role(self, data: DataStack, service: ServiceStack) -> iam.Role:
        """It may read the address and key of the API, put catalogues, and stop its instance."""
        stack = self._arn("cloudformation", "stack", f"{self._service}/*")
        instance = self._arn("sagemaker", "notebook-instance", self._name)
        group = self._arn("logs", "log-group", LOGS, ArnFormat.COLON_RESOURCE_NAME)
        wanted = {
            self._code.bucket.arn_for_objects(self._code.s3_object_key): ["s3:GetObject"],
            f"{data.imports_arn}/{CATALOGUES}*": ["s3:GetObject", "s3:PutObject"],
            stack: ["cloudformation:DescribeStacks"],
            service.api_key_arn: ["apigateway:GET"],
            instance: ["sagemaker:StopNotebookInstance"],
            f"{group}:log-stream:{self._name}/*": ["logs:CreateLogStream", "logs:PutLogEvents"],
            group: ["logs:CreateLogGroup"],
        }
        statements = [
            *(iam.PolicyStatement(actions=verbs, resources=[arn]) for arn, verbs in wanted.items()),
            *key_statements(data.key),
        ]
        return iam.Role(
            self,
            "NotebookRole",
            description="Fills the service from a notebook.",
            assumed_by=iam.ServicePrincipal(
                "sagemaker.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            ),
            inline_policies={"needs": iam.PolicyDocument(statements=statements)},
        )

    def _arn(self, service: str, resource: str, name: str, form: ArnFormat | None = None) -> str:
        return self.format_arn(
            service=service, resource=resource, resource_name=name, arn_format=form
        )
