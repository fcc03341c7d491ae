"""The search service of the environment, and the roles that may use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.domain import SearchDomain
from infra.environments import Environment
from infra.function_specs import PREPARE_SEARCH
from infra.functions import FunctionFactory
from infra.identities import Identity
from infra.log_groups import log_group, write_logs
from infra.search_access import ACCESS, INDICES, administration
from infra.serverless import Collection
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.opensearch.service import OpenSearchService


class Search(Construct):
    """A domain or a collection, accessed by an administrator role and the roles of functions.

    Attributes:
        url: address of the service.
        administrator: the role that operators assume to create, switch and drop indices, and to
            replay failed records.
        prepared: the resource that must exist before the first request.
    """

    def __init__(  # noqa: PLR0913 - its callers and its administration
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        identities: Mapping[str, Identity],
        factory: FunctionFactory,
        *,
        operations: Sequence[iam.PolicyStatement],
    ) -> None:
        super().__init__(scope, construct_id)
        self._environment = environment
        self._callers = {name: identities[name].role for name in ACCESS}
        identity = self._identity(operations)
        self.administrator = identity.role
        self.url = f"{environment.endpoint_scheme}://{self._service().endpoint}"
        self.prepared = self._prepare(identity, factory)

    def _service(self) -> SearchDomain | Collection:
        given = self._environment, self.administrator, self._callers
        if self._environment.search is OpenSearchService.SERVERLESS:
            return Collection(self, "Serverless", *given)
        return SearchDomain(self, "Managed", *given)

    def _identity(self, operations: Sequence[iam.PolicyStatement]) -> Identity:
        """The administrator. The account's own policies decide who may assume the role."""
        stack = Stack.of(self)
        group = log_group(self, "Logs", self._environment)
        own = [administration(stack, self._environment), write_logs(group)]
        role = iam.Role(
            self,
            "Administrator",
            description="Master of the search service: its security roles and its indices.",
            assumed_by=iam.CompositePrincipal(
                iam.ServicePrincipal("lambda.amazonaws.com"), iam.AccountPrincipal(stack.account)
            ),
            inline_policies={"needs": iam.PolicyDocument(statements=[*own, *operations])},
        )
        return Identity(role, group)

    def _prepare(self, identity: Identity, factory: FunctionFactory) -> CustomResource:
        """The custom resource that calls a function at deployments that change its properties."""
        function = factory.create(self, "Prepare", PREPARE_SEARCH, identity, {})
        return CustomResource(
            self,
            "Prepared",
            service_token=function.function_arn,
            resource_type="Custom::PreparedSearch",
            service_timeout=Duration.seconds(PREPARE_SEARCH.timeout_seconds),
            properties={
                "Endpoint": self.url,
                "Service": self._environment.search.value,
                "Version": ALGORITHM_VERSION,
                "Replicas": self._environment.domain.replicas,
                "Roles": Stack.of(self).to_json_string(self._security_roles()),
            },
        )

    def _security_roles(self) -> dict[str, object]:
        """The roles of fine-grained access control, which only a domain has."""
        if self._environment.search is not OpenSearchService.MANAGED:
            return {}
        return {
            f"lookalike_{name}": {
                "iam_role": role.role_arn,
                "definition": {
                    "cluster_permissions": list(ACCESS[name].cluster),
                    "index_permissions": [
                        {
                            "index_patterns": [INDICES],
                            "allowed_actions": list(ACCESS[name].index),
                        }
                    ],
                },
            }
            for name, role in self._callers.items()
        }
