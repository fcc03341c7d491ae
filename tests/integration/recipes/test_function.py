"""A new function is a folder in ``lambdas`` and a line in ``infra/function_specs.py``."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.recipes.scratch import ScratchCopy, copy_source
from tests.unit.infra.templates import Stack

HANDLER = '''"""Answers with what it was asked."""


def handler(event: dict[str, object], context: object) -> dict[str, object]:
    """Answer with the event."""
    return event
'''
SYNTHESISE = """
import json, sys
from pathlib import Path
from infra import bundling
bundling._install = lambda contents, target, folder: folder.mkdir()  # wheels are not the point
from aws_cdk import App
from infra.app import add_stacks
from infra.environments import DEV

context = json.loads(Path("cdk.json").read_text())["context"]
app = App(outdir=sys.argv[1], context=context)
stacks = add_stacks(app, DEV)
assembly = app.synth()
artifacts = [assembly.get_stack_by_name(stack.stack_name) for stack in stacks]
templates = {artifact.stack_name: artifact.template for artifact in artifacts}
messages = [f"{message.id}: {message.entry.data}" for a in artifacts for message in a.messages]
print(json.dumps([templates, messages]))
"""
Resource = dict[str, Any]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> ScratchCopy:
    """A copy of the source with one function and one indexed attribute more."""
    copy = copy_source(tmp_path_factory.mktemp("scratch"))
    copy.write("lambdas/echo/__init__.py", '"""Answers with what it was asked."""\n')
    copy.write("lambdas/echo/handler.py", HANDLER)
    copy.insert_after(
        "infra/function_specs.py",
        "FUNCTIONS = (",
        '    _background_function("echo", None, memory_mib=256, timeout_seconds=10),',
    )
    narrow = "includes=(VERSION, LAST_SEEN, TIMES_SEEN"
    copy.replace("lookalike/storage/dynamodb/schema.py", narrow, f'{narrow}, "quality"')
    return copy


@pytest.fixture(scope="module")
def synthesised(scratch: ScratchCopy) -> tuple[dict[str, Resource], list[str]]:
    """The resources of all stacks, and what the CDK and cdk-nag say about them."""
    templates, messages = json.loads(scratch.run(SYNTHESISE, str(scratch.root / "cdk.out")))
    return Stack(templates, {}, messages).template["Resources"], messages


def _only(resources: dict[str, Resource], kind: str, **having: object) -> Resource:
    found = [
        resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == kind
        and all(resource["Properties"].get(name) == value for name, value in having.items())
    ]
    only: Resource
    (only,) = found
    return only


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_should_deploy_a_new_function_with_role_logs_and_alarms(
    synthesised: tuple[dict[str, Resource], list[str]],
) -> None:
    resources, messages = synthesised
    function = _only(resources, "AWS::Lambda::Function", Handler="lambdas.echo.handler.handler")
    role = resources[function["Role"]["Fn::GetAtt"][0]]["Properties"]
    (statement,) = role["Policies"][0]["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert function["LoggingConfig"]["LogGroup"]["Ref"] in resources
    alarm = _only(resources, "AWS::CloudWatch::Alarm", AlarmName="lookalike-dev-echo-errors")
    assert alarm["AlarmActions"]
    assert messages == []


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("synthesised")
def test_should_bundle_a_new_function(scratch: ScratchCopy) -> None:
    (bundle,) = (scratch.root / ".cache" / "bundles").glob("background-*")
    assert (bundle / "lambdas" / "echo" / "handler.py").read_text(encoding="utf-8") == HANDLER
    assert (bundle / "lookalike" / "aws" / "entry_point.py").is_file()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_should_deploy_a_new_attribute_of_an_index(
    synthesised: tuple[dict[str, Resource], list[str]],
) -> None:
    """It is one line in ``lookalike/storage/dynamodb/schema.py``."""
    resources, _ = synthesised
    indexes = [
        index
        for resource in resources.values()
        if resource["Type"] == "AWS::DynamoDB::Table"
        for index in resource["Properties"].get("GlobalSecondaryIndexes", [])
    ]
    (narrow,) = [index for index in indexes if index["IndexName"] == "narrow"]
    assert "quality" in narrow["Projection"]["NonKeyAttributes"]
