"""The search service as functions expect it: with its security roles, and with an index."""

from __future__ import annotations

from aws_cdk import CustomResource, Duration, Stack
from constructs import Construct

from infra.environments import Environment
from infra.function_specs import PREPARE_SEARCH
from infra.functions import FunctionFactory
from infra.identities import Identities
from infra.search_access import ACCESS, INDICES
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.opensearch.service import OpenSearchService


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
    ) -> None:
        super().__init__(scope, construct_id)
        function = factory.create(self, "Function", PREPARE_SEARCH, identities.administrator, {})
        self.resource = CustomResource(
            self,
            "Resource",
            service_token=function.function_arn,
            resource_type="Custom::PreparedSearch",
            service_timeout=Duration.seconds(PREPARE_SEARCH.timeout_seconds),
            properties={
                "Endpoint": url,
                "Service": environment.search.value,
                "Version": ALGORITHM_VERSION,
                "Replicas": environment.domain.replicas,
                "Roles": Stack.of(self).to_json_string(_security_roles(environment, identities)),
            },
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
                    {"index_patterns": [INDICES], "allowed_actions": list(access.index)}
                ],
            },
        }
        for name, access in ACCESS.items()
    }
