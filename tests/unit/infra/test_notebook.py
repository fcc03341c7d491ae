"""A notebook is a stack of its own, off by default, with the least role, and stops when idle."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.environments import DEV, Backfill, Network, Notebook
from infra.notebook.idle import is_idle
from tests.servers import PictureServer, answer
from tests.unit.infra.conftest import ROOT, Synth
from tests.unit.infra.templates import Stack, listed

NAME = "Lookalike-dev-notebook"
KIND = "AWS::SageMaker::NotebookInstance"
START = ROOT / "infra" / "notebook" / "start.sh"
IN_ACCOUNT = "<AWS::Region>:<AWS::AccountId>"


@pytest.fixture(scope="module")
def notebook(synth: Synth) -> Stack:
    return synth(replace(DEV, notebook=Notebook(idle_minutes=30)))


def _role(stack: Stack) -> tuple[dict[str, Any], set[tuple[str, str]]]:
    """Who may assume the role of the instance, and what it allows."""
    [role] = [
        properties
        for properties in stack.properties("AWS::IAM::Role")
        if "sagemaker.amazonaws.com" in str(properties["AssumeRolePolicyDocument"])
    ]
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    assert "ManagedPolicyArns" not in role
    return role["AssumeRolePolicyDocument"]["Statement"][0], {
        (action, stack.words(resource).replace("<AWS::Partition>", "aws"))
        for statement in statements
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def test_should_be_off_by_default(dev: Stack) -> None:
    assert NAME not in dev.templates
    assert dev.properties(KIND) == []


def test_should_have_no_findings(notebook: Stack) -> None:
    assert notebook.messages == []


def test_should_be_a_small_instance_without_root_and_with_a_volume_of_its_own_key(
    notebook: Stack,
) -> None:
    instance = notebook.the(KIND)
    assert (instance["InstanceType"], instance["VolumeSizeInGB"]) == ("ml.t3.medium", 10)
    assert instance["RootAccess"] == "Disabled"
    imds = {"MinimumInstanceMetadataServiceVersion": "2"}
    assert instance["InstanceMetadataServiceConfiguration"] == imds
    assert notebook.words(instance["KmsKeyId"]) == "<Key.Arn>"
    assert notebook.the("AWS::KMS::Key")["EnableKeyRotation"] is True
    assert instance["DirectInternetAccess"] == "Enabled"
    assert "SubnetId" not in instance


def test_should_use_the_network_and_the_key_of_its_environment(synth: Synth) -> None:
    place = Network(
        vpc="vpc-0a1b2c3d4e5f60718", cidr="10.0.0.0/16", subnets=("subnet-0a1b2c3d4e5f60718",)
    )
    stack = synth(
        replace(DEV, notebook=Notebook(), backfill=Backfill(), network=place, customer_key=True)
    )
    instance = stack.the(KIND)
    assert instance["DirectInternetAccess"] == "Disabled"
    assert instance["SubnetId"] == place.subnets[0]
    assert len(instance["SecurityGroupIds"]) == len(stack.properties("AWS::KMS::Key")) == 1
    _, allowed = _role(stack)
    assert {action for action, of in allowed if of == "<Key.Arn>"} == {
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:GenerateDataKey",
    }
    assert stack.messages == []


def test_should_read_address_and_key_put_catalogues_stop_itself_and_do_nothing_else(
    notebook: Stack,
) -> None:
    trusted, allowed = _role(notebook)
    [(_, code)] = [pair for pair in allowed if pair[1].endswith(".zip")]
    group = f"arn:aws:logs:{IN_ACCOUNT}:log-group:/aws/sagemaker/NotebookInstances"
    stream = f"{group}:log-stream:lookalike-dev-backfill/*"
    assert trusted["Principal"] == {"Service": "sagemaker.amazonaws.com"}
    assert "aws:SourceAccount" in json.dumps(trusted["Condition"])
    assert allowed == {
        ("s3:GetObject", code),
        ("s3:GetObject", "<Buckets/Imports.Arn>/catalogues/*"),
        ("s3:PutObject", "<Buckets/Imports.Arn>/catalogues/*"),
        (
            "cloudformation:DescribeStacks",
            f"arn:aws:cloudformation:{IN_ACCOUNT}:stack/Lookalike-dev/*",
        ),
        ("apigateway:GET", "arn:aws:apigateway:<AWS::Region>::/apikeys/<Api/Api/Key>"),
        (
            "sagemaker:StopNotebookInstance",
            f"arn:aws:sagemaker:{IN_ACCOUNT}:notebook-instance/lookalike-dev-backfill",
        ),
        ("logs:CreateLogGroup", group),
        ("logs:CreateLogStream", stream),
        ("logs:PutLogEvents", stream),
    }


def test_should_start_with_the_code_that_was_deployed(notebook: Stack) -> None:
    [hook] = notebook.the("AWS::SageMaker::NotebookInstanceLifecycleConfig")["OnStart"]
    script = notebook.words(hook["Content"]["Fn::Base64"])
    subprocess.run(["/bin/bash", "-n"], check=True, input=script.replace("<", ""), text=True)
    assert "start.sh lookalike-dev-backfill <AWS::Region> Lookalike-dev 30" in script


def test_should_bring_the_package_the_notebook_and_nothing_else(notebook: Stack) -> None:
    [code] = [folder for folder in notebook.assets if (folder / "notebooks").is_dir()]
    files = {path.relative_to(code).as_posix() for path in code.rglob("*") if path.is_file()}
    others = {name for name in files if not name.startswith("lookalike/")}
    assert {"lookalike/backfill/service.py", "lookalike/__init__.py"} <= files
    assert others == {
        "infra/notebook/__init__.py",
        "infra/notebook/idle.py",
        "infra/notebook/start.sh",
        "notebooks/backfill.ipynb",
        "requirements-notebook.txt",
    }


def test_should_have_a_script_that_changes_the_kernel_of_the_notebook() -> None:
    subprocess.run(["/bin/bash", "-n"], check=True, input=START.read_bytes())
    kernel = '"name": "python3"'
    assert (ROOT / "notebooks" / "backfill.ipynb").read_text("utf-8").count(kernel) == 1
    assert f"s/{kernel}/" in START.read_text("utf-8")


@pytest.fixture
def jupyter() -> Iterator[PictureServer]:
    with PictureServer() as server:
        yield server


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """Of a start an hour ago."""
    path = tmp_path / "used"
    path.touch()
    os.utime(path, (time.time() - 3600,) * 2)
    return path


def _show(jupyter: PictureServer, state: str, minutes: float) -> None:
    """Jupyter has a kernel whose last activity was so long ago."""
    moment = datetime.fromtimestamp(time.time() - minutes * 60, UTC)
    last = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    kernels = [{"execution_state": state, "last_activity": last}]
    jupyter.route("/api/kernels", answer(json.dumps(kernels).encode()))
    jupyter.route("/api/terminals", answer(b"[]"))


@pytest.mark.parametrize(
    ("state", "minutes", "idle"),
    [("idle", 31, True), ("idle", 29, False), ("busy", 31, False), ("starting", 31, True)],
)
def test_should_be_idle_without_activity(
    jupyter: PictureServer, marker: Path, state: str, minutes: float, *, idle: bool
) -> None:
    _show(jupyter, state, minutes)
    assert is_idle(jupyter.url(""), marker, 30) is idle


def test_should_stop_what_nobody_opens_or_what_does_not_answer(
    jupyter: PictureServer, marker: Path
) -> None:
    assert not is_idle("http://127.0.0.1:1", marker, 61)
    assert is_idle("http://127.0.0.1:1", marker, 59)
    _show(jupyter, "busy", 0)
    assert not is_idle(jupyter.url(""), marker, 59)
    assert not is_idle("http://127.0.0.1:1", marker, 59), "it counts from the last activity seen"
