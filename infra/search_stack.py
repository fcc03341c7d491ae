"""The stack of the search service, whose changes take up to hours."""

from __future__ import annotations

from constructs import Construct

from infra.data_stack import DataStack
from infra.domain import SearchDomain
from infra.environment_stack import EnvironmentStack
from infra.environments import Environment
from infra.network import PlacedInNetwork
from infra.search_access import ACCESS
from infra.serverless import Collection
from lookalike.storage.opensearch.service import OpenSearchService


class SearchStack(EnvironmentStack):
    """A domain or a collection, accessed by the administrator and the roles of functions.

    Attributes:
        url: address of the service.
        network: where it and the functions are that use it; ``None``: in no network.
    """

    def __init__(self, scope: Construct, environment: Environment, data: DataStack) -> None:
        super().__init__(scope, environment, "search", "its search service")
        network = environment.network
        self.network = None if network is None else PlacedInNetwork(self, "Network", network)
        known = data.identities
        callers = {name: known.by_function[name].role for name in ACCESS}
        given = environment, known.administrator.role, callers
        service = (
            Collection(self, "Serverless", *given, key=data.key)
            if environment.search is OpenSearchService.SERVERLESS
            else SearchDomain(self, "Managed", *given, key=data.key, network=self.network)
        )
        self.url = f"{environment.endpoint_scheme}://{service.endpoint}"
