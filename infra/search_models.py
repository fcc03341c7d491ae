"""The models of searches by looks: their files in S3, and the functions that may use them.

Permissions are part of the stack of the code. So a deployment that fails takes both back, the
functions and what they may read.
"""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from infra.environments import Environment
from infra.identities import Identity
from infra.model_needs import (
    REGISTERING,
    SEARCHING,
    file_of,
    model_settings,
    models_of,
)
from lookalike.search.models.settings import BedrockSettings, ModelSettings, OnnxSettings


class SearchModels(Construct):
    """Assets of the files, and a policy for each function that embeds pictures.

    Attributes:
        settings: the values of settings of functions, by the names of their fields.
        policies: by function, what must be there before it runs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        identities: Mapping[str, Identity],
    ) -> None:
        super().__init__(scope, construct_id)
        found = environment.search_models.models
        self._files = {
            name: assets.Asset(self, name, path=str(file_of(environment, each).resolve()))
            for name, each in found.items()
            if isinstance(each, OnnxSettings)
        }
        keys = {name: file.s3_object_key for name, file in self._files.items()}
        bucket = next((file.s3_bucket_name for file in self._files.values()), None)
        self.settings = {**model_settings(environment, keys), "models_bucket": bucket}
        self.policies = {
            function: iam.Policy(
                self, function, roles=[identities[function].role], statements=statements
            )
            for function in (*SEARCHING, *REGISTERING)
            if (statements := self._statements(models_of(environment, function)))
        }

    def _statements(self, models: Mapping[str, ModelSettings]) -> list[iam.PolicyStatement]:
        """Permissions to read the files of these models, and to ask Bedrock for the others."""
        files = [self._file_arn(self._files[name]) for name in models if name in self._files]
        asked = [self._bedrock_arn(m) for m in models.values() if isinstance(m, BedrockSettings)]
        wanted = {"s3:GetObject": files, "bedrock:InvokeModel": asked}
        return [
            iam.PolicyStatement(actions=[action], resources=list(dict.fromkeys(resources)))
            for action, resources in wanted.items()
            if resources
        ]

    @staticmethod
    def _file_arn(file: assets.Asset) -> str:
        return str(file.bucket.arn_for_objects(file.s3_object_key))

    def _bedrock_arn(self, settings: BedrockSettings) -> str:
        """The ARN of the model alone, in the region in which it is asked."""
        if settings.model.startswith("arn:"):
            return settings.model
        stack = Stack.of(self)
        return stack.format_arn(
            service="bedrock",
            region=settings.region or stack.region,
            account="",
            resource="foundation-model",
            resource_name=settings.model,
        )
