"""The search service as functions expect it: with its security roles, and with an index."""

from __future__ import annotations

from aws_cdk import CustomResource, Duration, Stack, custom_resources
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.environments import Environment
from infra.function_specs import PREPARE_SEARCH
from infra.functions import FunctionFactory
from infra.identities import Identities
from infra.log_groups import log_group, write_logs
from infra.search_access import ACCESS
from lookalike.aws.looks import deployed_spaces
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.opensearch.looks_schema import index_version
from lookalike.storage.opensearch.schema import alias_name
from lookalike.storage.opensearch.service import INDEX_BASE, LOOKS_BASE, OpenSearchService

PATIENCE = Duration.minutes(15)
"""Until a search service that cannot be prepared fails the deployment."""


class PreparedSearch(Construct):
    """The custom resource that calls a function at deployments that change its properties.

    It belongs to the code, whose algorithm version it depends on: the stack of the search service
    stays as it is when only code changes.

    Attributes:
        resource: what must exist before the first request.
    """

    def __init__(  # noqa: PLR0913 - what is prepared, by whom, and for whom
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        identities: Identities,
        factory: FunctionFactory,
        *,
        url: str,
        models: str | None,
    ) -> None:
        super().__init__(scope, construct_id)
        function = factory.create(self, "Function", PREPARE_SEARCH, identities.administrator, {})
        spaces = deployed_spaces(environment.search_models)
        provider = _provider(self, environment, function)
        self.resource = CustomResource(
            self,
            "Resource",
            service_token=provider.service_token,
            resource_type="Custom::PreparedSearch",
            service_timeout=PATIENCE.plus(Duration.minutes(5)),
            properties={
                "Endpoint": url,
                "Service": environment.search.value,
                "Version": ALGORITHM_VERSION,
                # Another version needs an index of its own.
                "Looks": ",".join(each.version for each in spaces.values()),
                "LooksQuantisation": environment.looks_quantisation.value,
                **({} if models is None else {"LooksModels": models}),
                "Replicas": environment.domain.replicas,
                "Roles": Stack.of(self).to_json_string(_security_roles(environment, identities)),
            },
        )


def used_aliases(environment: Environment) -> list[str]:
    """The aliases of the indices that functions use: of fingerprints, and by looks of models."""
    spaces = deployed_spaces(environment.search_models, environment.looks_quantisation)
    looks = [alias_name(LOOKS_BASE, index_version(space)) for space in spaces.values()]
    return [alias_name(INDEX_BASE, ALGORITHM_VERSION), *looks]


def _provider(
    scope: Construct, environment: Environment, function: lambda_.Function
) -> custom_resources.Provider:
    """Calls the function until it is done: a new domain takes a while until it can be prepared.

    Its name has to be known, and its security plug-in has to know the administrator.
    """
    group = log_group(scope, "ProviderLogs", environment)
    roles = [
        iam.Role(
            scope,
            name,
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"needs": iam.PolicyDocument(statements=[write_logs(group)])},
        )
        for name in ("BeginRole", "WaitRole")
    ]
    return custom_resources.Provider(
        scope,
        "Provider",
        on_event_handler=function,
        is_complete_handler=function,
        query_interval=Duration.seconds(10),
        total_timeout=PATIENCE,
        log_group=group,
        framework_on_event_role=roles[0],
        framework_complete_and_timeout_role=roles[1],
        disable_waiter_state_machine_logging=True,
    )


def _security_roles(environment: Environment, identities: Identities) -> dict[str, object]:
    """The roles of fine-grained access control, which only a domain has."""
    if environment.search is not OpenSearchService.MANAGED:
        return {}
    return {
        f"lookalike_{name}": {
            "iam_role": identities.by_function[name].role.role_arn,
            "definition": {
                "cluster_permissions": list(access.cluster),
                "index_permissions": [
                    {
                        "index_patterns": list(access.indices),
                        "allowed_actions": list(access.index),
                    }
                ],
            },
        }
        for name, access in ACCESS.items()
    }
