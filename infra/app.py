"""The CDK app: ``cdk deploy -c environment=dev`` (or ``prod``)."""

from __future__ import annotations

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.acknowledgements import acknowledge_findings
from infra.environments import environment
from infra.functions import CodeSource, bundled
from infra.stack import LookalikeStack


def build(app: App, code: CodeSource = bundled) -> LookalikeStack:
    """The stack of the environment that the context names, checked by cdk-nag when written.

    Raises:
        UnknownEnvironmentError: the context names none that is defined.
    """
    chosen = environment(app.node.try_get_context("environment") or "dev")
    stack = LookalikeStack(app, chosen, code)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    acknowledge_findings(stack, chosen, stack.buckets.uploads, stack.buckets.failed_records)
    return stack


def main() -> None:
    """Write the cloud assembly for the CDK command line."""
    app = App()
    build(app)
    app.synth()


if __name__ == "__main__":
    main()
