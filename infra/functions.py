"""The Lambda functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aws_cdk import Annotations, Duration, RemovalPolicy, Size
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.bundling import bundle
from infra.environments import Environment, Part, Target
from infra.function_specs import FUNCTIONS, PREPARE_SEARCH, FunctionSpec
from infra.identities import Identity
from infra.metrics import namespace
from infra.model_needs import with_models
from infra.network import PlacedInNetwork
from infra.search_access import ACCESS
from lookalike.aws.entry_point import NAMESPACE_VARIABLE
from lookalike.aws.settings import PREFIX

_IN_NETWORK = {*ACCESS, PREPARE_SEARCH.name}
"""Functions that send requests to the index."""
CodeSource = Callable[[FunctionSpec, Target], lambda_.Code]
"""Returns the zip of a function for a platform."""


def bundled(spec: FunctionSpec, target: Target) -> lambda_.Code:
    """The real zip. Its hash depends only on its contents, so equal contents are no change."""
    return lambda_.Code.from_asset(str(bundle(spec.contents, target)))


@dataclass(frozen=True, slots=True)
class FunctionFactory:
    """Creates functions of one environment.

    Attributes:
        environment: the environment.
        code: returns zips.
        network: where functions are that use the index; ``None``: in no network.
    """

    environment: Environment
    code: CodeSource
    network: PlacedInNetwork | None = None

    def create(
        self,
        scope: Construct,
        construct_id: str,
        spec: FunctionSpec,
        identity: Identity,
        variables: Mapping[str, str],
    ) -> lambda_.Function:
        """Create a function from its specification."""
        spec, target = with_models(spec, self.environment), self.environment.target
        is_snapshotted = spec.answers_callers and self.environment.has(Part.SNAP_START)
        snapshot = lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if is_snapshotted else None
        kept = RemovalPolicy.RETAIN if self.environment.keeps_data else RemovalPolicy.DESTROY
        function = lambda_.Function(
            scope,
            construct_id,
            description=f"Lookalike: {spec.name.replace('_', ' ')}.",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=_ARCHITECTURES[target.architecture],
            handler=spec.handler,
            code=self.code(spec, target),
            role=identity.role,
            log_group=identity.log_group,
            memory_size=spec.memory_mib,
            timeout=Duration.seconds(spec.timeout_seconds),
            ephemeral_storage_size=Size.mebibytes(spec.storage_mib),
            tracing=lambda_.Tracing.ACTIVE,
            snap_start=snapshot,
            current_version_options=lambda_.VersionOptions(removal_policy=kept),
            reserved_concurrent_executions=self.environment.reserved_concurrency.get(spec.name),
            environment=dict(variables),
        )
        if self.network is not None and spec.name in _IN_NETWORK:
            self.network.place(function)
        return function


class Functions(Construct):
    """All functions that answer callers or work in the background.

    Attributes:
        by_name: the functions by name.
        live: aliases of the functions that answer callers; each points to a snapshotted version.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        factory: FunctionFactory,
        identities: Mapping[str, Identity],
        settings: Mapping[str, str | None],
    ) -> None:
        super().__init__(scope, construct_id)
        measured = {NAMESPACE_VARIABLE: namespace(factory.environment)}
        self.by_name = {
            spec.name: factory.create(
                self, spec.name, spec, identities[spec.name], measured | variables(spec, settings)
            )
            for spec in FUNCTIONS
        }
        self.live = {
            spec.name: self._alias(self.by_name[spec.name], spec.name)
            for spec in FUNCTIONS
            if spec.answers_callers
        }

    def _alias(self, function: lambda_.Function, name: str) -> lambda_.Alias:
        Annotations.of(function).acknowledge_warning(
            "@aws-cdk/aws-lambda:snapStartRequirePublish", "The alias points to a version."
        )
        return lambda_.Alias(
            self, f"{name}-live", alias_name="live", version=function.current_version
        )


def variables(spec: FunctionSpec, settings: Mapping[str, str | None]) -> dict[str, str]:
    """The environment variables of a function: one for each field of its settings.

    Raises:
        KeyError: the deployment has no value for a field.
    """
    fields = spec.settings.model_fields if spec.settings else ()
    values = {name: settings[name] for name in fields}
    return {f"{PREFIX}{name.upper()}": text for name, text in values.items() if text is not None}


_ARCHITECTURES = {
    "arm64": lambda_.Architecture.ARM_64,
    "x86_64": lambda_.Architecture.X86_64,
}
