"""The stack of the search service, whose changes take up to hours."""

from __future__ import annotations

from constructs import Construct

from infra.domain import SearchDomain
from infra.environment_stack import EnvironmentStack
from infra.environments import Environment
from infra.identities import Identities
from infra.search_access import ACCESS
from infra.serverless import Collection
from lookalike.storage.opensearch.service import OpenSearchService


class SearchStack(EnvironmentStack):
    """A domain or a collection, accessed by the administrator and the roles of functions.

    Attributes:
        url: address of the service.
    """

    def __init__(self, scope: Construct, environment: Environment, identities: Identities) -> None:
        super().__init__(scope, environment, "search", "its search service")
        callers = {name: identities.by_function[name].role for name in ACCESS}
        given = environment, identities.administrator.role, callers
        is_serverless = environment.search is OpenSearchService.SERVERLESS
        service = (
            Collection(self, "Serverless", *given)
            if is_serverless
            else SearchDomain(self, "Managed", *given)
        )
        self.url = f"{environment.endpoint_scheme}://{service.endpoint}"
