"""The CDK app: ``cdk deploy -c environment=dev`` (or ``prod``)."""

from __future__ import annotations

import sys

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.acknowledgements import acknowledge_findings
from infra.environment_checks import find_environment
from infra.environments import DEV, Environment
from infra.errors import InvalidEnvironmentError, UnknownEnvironmentError
from infra.functions import CodeSource, bundled
from infra.stack import LookalikeStack


def add_stack(app: App, environment: Environment, code: CodeSource = bundled) -> LookalikeStack:
    """Add the stack of an environment; cdk-nag checks it at synthesis."""
    stack = LookalikeStack(app, environment, code)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    acknowledge_findings(stack, environment, stack.buckets.uploads, stack.buckets.failed_records)
    return stack


def main() -> None:
    """Write the cloud assembly for the CDK command line."""
    app = App()
    try:
        environment = find_environment(app.node.try_get_context("environment") or DEV.name)
    except (UnknownEnvironmentError, InvalidEnvironmentError) as error:
        sys.exit(str(error))
    add_stack(app, environment)
    app.synth()


if __name__ == "__main__":
    main()
