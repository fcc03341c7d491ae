"""The application, deployed as an operator deploys it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth

from lookalike.cli.stack import stack_outputs
from tests.e2e.emulator import ACCOUNT, PATIENCE, REGION, ROOT, Emulator, clean_environment

STACK = "Lookalike-test"
_CDK = ROOT / "node_modules" / ".bin" / "cdk"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed environment.

    Attributes:
        stack: name of the stack of the code.
        outputs: of that stack, by name.
        emulator: where it is; ``None``: in the account of the credentials.
        assembly: folder with what the CDK has synthesised and deployed; ``None``: somebody else
            has deployed it.
    """

    stack: str
    outputs: Mapping[str, str]
    emulator: Emulator | None = None
    assembly: Path | None = None

    @property
    def is_shared(self) -> bool:
        """Whether others may use it, too, so that the sample is not all that is there."""
        return self.emulator is None

    @property
    def url(self) -> str:
        """Where the API answers: the emulator has no names of hosts, so its id is in the path."""
        if self.emulator is None:
            return self.outputs["ApiUrl"].rstrip("/")
        host, _, stage = self.outputs["ApiUrl"].removeprefix("https://").partition("/")
        api = host.partition(".")[0]
        return f"{self.emulator.url}/restapis/{api}/{stage.strip('/')}/_user_request_"

    def invoke(self, name: str, event: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - JSON
        """What a function answers to an event, by default that of a schedule.

        Args:
            name: its folder.
            event: the event.
        """
        # An emulator's address and account are in the environment.
        client = boto3.client("lambda", config=Config(read_timeout=PATIENCE))
        [function] = [
            function
            for function in self._resources("AWS::Lambda::Function")
            if client.get_function_configuration(FunctionName=function)["Handler"]
            == f"lambdas.{name}.handler.handler"
        ]
        done = client.invoke(FunctionName=function, Payload=json.dumps(event or {}).encode())
        answer = json.loads(done["Payload"].read())
        assert "FunctionError" not in done, answer
        return answer

    def _resources(self, kind: str) -> list[str]:
        """Names of the resources of a type."""
        pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
        return [
            each["PhysicalResourceId"]
            for page in pages.paginate(StackName=self.stack)
            for each in page["StackResourceSummaries"]
            if each["ResourceType"] == kind
        ]


def named(stack: str) -> Deployment:
    """What somebody has deployed to the account of the credentials."""
    return Deployment(stack, stack_outputs(stack))


def administrators_client(endpoint: str, role: str) -> OpenSearch:
    """A client of the index that may do anything: it assumes the role of the administrator."""
    assumed = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="lookalike-e2e")
    keys = assumed["Credentials"]
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    credentials = session.get_credentials()
    assert credentials is not None
    signer = Urllib3AWSV4SignerAuth(credentials, session.region_name, "es")
    return OpenSearch(hosts=[endpoint], http_auth=signer)


def deployed(emulator: Emulator, assembly: Path) -> Deployment:
    """The stacks of the environment for emulators.

    Args:
        emulator: where to.
        assembly: empty folder for what the CDK synthesises.

    Raises:
        AssertionError: the CDK refuses; the message has what it said.
    """
    with tempfile.TemporaryDirectory(prefix="lookalike-cdk-") as name:
        folder = Path(name)
        outputs = folder / "outputs.json"
        # Where there is no app: it would be built only to ask for its environments.
        _cdk(emulator, folder, "bootstrap", f"aws://{ACCOUNT}/{REGION}")
        _synthesised(
            emulator, assembly, "deploy", "--require-approval", "never", "--method", "direct",
            "--outputs-file", str(outputs),
        )  # fmt: skip
        told = json.loads(outputs.read_text(encoding="utf-8"))[STACK]
        return Deployment(STACK, told, emulator, assembly)


def difference(emulator: Emulator) -> str:
    """What the CDK says that a deployment of the same code, synthesised again, would change.

    Raises:
        AssertionError: it would change something; the message says what.
    """
    with tempfile.TemporaryDirectory(prefix="lookalike-cdk-") as assembly:
        return _synthesised(emulator, Path(assembly), "diff", "--fail", "--method", "template")


def torn_down(deployment: Deployment) -> None:
    """Remove the stacks, as they were synthesised to deploy them.

    Raises:
        AssertionError: the CDK refuses; the message has what it said.
    """
    assert deployment.emulator is not None, "what others have deployed is theirs to remove"
    assembly = str(deployment.assembly)
    _cdk(deployment.emulator, ROOT, "destroy", "--all", "--app", assembly, "--force")


def _synthesised(emulator: Emulator, assembly: Path, command: str, *arguments: str) -> str:
    stacks = ["--all"] if command == "deploy" else []  # `diff` shows all anyway
    return _cdk(
        emulator, ROOT, command, *stacks, "--context", "environment=test",
        "--output", str(assembly), *arguments,
    )  # fmt: skip


def _cdk(emulator: Emulator, folder: Path, *arguments: str) -> str:
    clean = clean_environment()
    done = subprocess.run(  # noqa: S603 - the CDK of our own requirements
        [_CDK, *arguments, "--ci", "--no-color", "--no-notices"],
        cwd=folder,
        env=clean
        | emulator.environment()
        | {"PATH": f"{ROOT}/.venv/bin:{clean['PATH']}", "CDK_DISABLE_CLI_TELEMETRY": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
