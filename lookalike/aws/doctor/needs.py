"""What an environment needs of its account and region."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class Needs(BaseModel):
    """The needs of one environment, as ``python -m infra.needs`` prints them.

    Attributes:
        environment: its name.
        account: the account that it is pinned to; ``None``: any.
        region: the region that it is pinned to; ``None``: any.
        engine: version of the search engine, as OpenSearch Service calls it.
        instances: machines of the search domain, by type; none where there is no domain.
        nodes: data nodes of the domain; 0: there is none.
        cluster_cores: cores that a cluster for backfills may have at once; 0: there is none.
        notebook: type of the notebook instance; empty: there is none.
        executions: executions of Lambda at once.
        log_policies: resource policies of CloudWatch Logs.
        is_in_network: whether the domain is put into a network.
        watches_cost_by_tag: whether Cost Explorer is to watch the cost of a tag.
    """

    model_config = ConfigDict(frozen=True)

    environment: str
    account: str | None
    region: str | None
    engine: str
    instances: Mapping[str, int]
    nodes: int
    cluster_cores: int
    notebook: str
    executions: int
    log_policies: int
    is_in_network: bool
    watches_cost_by_tag: bool
