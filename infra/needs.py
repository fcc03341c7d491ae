"""What an environment needs of its account: ``python -m infra.needs dev`` prints it as JSON.

``lookalike doctor`` reads it: the package does not know the deployment.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from infra.capacity import ENGINE
from infra.environment_checks import UNRESERVED, find_environment
from infra.environments import Environment
from infra.errors import InvalidEnvironmentError, UnknownEnvironmentError
from lookalike.aws.doctor.needs import Needs
from lookalike.storage.opensearch.service import OpenSearchService

_LOG_POLICIES = 2
"""Resource policies of CloudWatch Logs: that of the domain, and that of the firewall's log."""


def needs(environment: Environment) -> Needs:
    """What an environment needs of its account and region."""
    has_domain = environment.has_domain and environment.search is OpenSearchService.MANAGED
    return Needs(
        environment=environment.name,
        account=environment.account,
        region=environment.region,
        engine=f"OpenSearch_{ENGINE}",
        instances=_instances(environment) if has_domain else {},
        nodes=environment.domain.data_nodes if has_domain else 0,
        cluster_cores=environment.backfill.cores if environment.backfill else 0,
        notebook=environment.notebook.instance if environment.notebook else "",
        executions=_executions(environment),
        log_policies=_LOG_POLICIES,
        is_in_network=environment.network is not None,
        watches_cost_by_tag=environment.cost_anomaly,
    )


def _executions(environment: Environment) -> int:
    """Executions at once. What works in batches can wait, unless some are reserved for it."""
    needed = dict(environment.concurrency)
    if environment.reserves_concurrency:
        return sum(needed.values()) + UNRESERVED
    del needed["import_batch"], needed["compare_pictures"]
    return sum(needed.values())


def _instances(environment: Environment) -> Mapping[str, int]:
    size = environment.domain
    managers = {size.manager_instance: size.managers} if size.managers else {}
    return {size.data_instance: size.data_nodes, **managers}


def main(name: str) -> None:
    """Print the needs of the environment of that name."""
    try:
        print(needs(find_environment(name)).model_dump_json())  # noqa: T201 - for a program
    except (UnknownEnvironmentError, InvalidEnvironmentError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
