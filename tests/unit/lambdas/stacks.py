"""Stacks as CloudFormation describes them, and commands that are run on one."""

from __future__ import annotations

import json
from collections.abc import Mapping

import boto3
from typer.testing import CliRunner, Result

from lookalike.cli.app import app
from tests.unit.aws import BUCKET

STACK = "lookalike-test"
OUTPUTS = {
    "ProductsTable": "products",
    "PicturesTable": "pictures",
    "ImportsTable": "imports",
    "DecisionsTable": "decisions",
    "EventsTable": "events",
    "FailedRecordsBucket": BUCKET,
    "OpenSearchEndpoint": "https://search-x.eu-central-1.es.amazonaws.com",
}


def deploy(outputs: Mapping[str, str]) -> None:
    """A stack that has these outputs, and nothing of ours."""
    template = {
        "Resources": {"Topic": {"Type": "AWS::S3::Bucket"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    client = boto3.client("cloudformation")
    client.create_stack(StackName=STACK, TemplateBody=json.dumps(template))


def run(*words: str) -> Result:
    """A command about that stack."""
    return CliRunner().invoke(app, [*words, "--stack", STACK], catch_exceptions=False)
