"""The CDK app: ``cdk deploy --all -c environment=dev`` (or ``prod``)."""

from __future__ import annotations

import sys

from aws_cdk import App, Stack, Validations
from cdk_nag import AwsSolutionsChecks

from infra.acknowledgements import acknowledge_findings
from infra.backfill_stack import BackfillStack
from infra.data_stack import DataStack
from infra.environment_checks import find_environment
from infra.environments import DEV, Environment
from infra.errors import InvalidEnvironmentError, UnknownEnvironmentError
from infra.functions import CodeSource, bundled
from infra.notebook_stack import NotebookStack
from infra.search_stack import SearchStack
from infra.service_stack import ServiceStack
from lookalike.storage.index_kind import IndexKind


def add_stacks(app: App, environment: Environment, code: CodeSource = bundled) -> list[Stack]:
    """Add the stacks of an environment, in the order of deployment; cdk-nag checks them."""
    data = DataStack(app, environment)
    has_search = environment.uses(IndexKind.OPENSEARCH)
    search = SearchStack(app, environment, data) if has_search else None
    service = ServiceStack(app, environment, data, search, code)
    stacks: list[Stack] = [stack for stack in (data, search, service) if stack is not None]
    if environment.backfill is not None:
        stacks.insert(-1, BackfillStack(app, environment, data, search))
    if environment.notebook is not None:
        stacks.append(NotebookStack(app, environment, data, search, service))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    acknowledge_findings(stacks, environment, data.buckets)
    return stacks


def main() -> None:
    """Write the cloud assembly for the CDK command line."""
    app = App()
    try:
        environment = find_environment(app.node.try_get_context("environment") or DEV.name)
    except (UnknownEnvironmentError, InvalidEnvironmentError) as error:
        sys.exit(str(error))
    add_stacks(app, environment)
    app.synth()


if __name__ == "__main__":
    main()
