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

from tests.e2e.emulator import ACCOUNT, PATIENCE, REGION, ROOT, Emulator, clean_environment

STACK = "Lookalike-test"
_CDK = ROOT / "node_modules" / ".bin" / "cdk"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed environment.

    Attributes:
        emulator: where it is.
        assembly: folder with what the CDK has synthesised and deployed.
        outputs: of the stack of the code, by name.
    """

    emulator: Emulator
    assembly: Path
    outputs: Mapping[str, str]

    @property
    def url(self) -> str:
        """Where the API answers: the emulator has no names of hosts, so its id is in the path."""
        host, _, stage = self.outputs["ApiUrl"].removeprefix("https://").partition("/")
        api = host.partition(".")[0]
        return f"{self.emulator.url}/restapis/{api}/{stage.strip('/')}/_user_request_"

    def invoke(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """What a function answers to an event of a schedule.

        Args:
            name: its folder.
        """
        # The emulator's address and account are in the environment.
        [function] = [
            each["FunctionName"]
            for page in boto3.client("lambda").get_paginator("list_functions").paginate()
            for each in page["Functions"]
            if each["Handler"] == f"lambdas.{name}.handler.handler"
        ]
        done = boto3.client("lambda").invoke(FunctionName=function, Payload=b"{}")
        answer = json.loads(done["Payload"].read())
        assert "FunctionError" not in done, answer
        return answer


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
        stack = json.loads(outputs.read_text(encoding="utf-8"))[STACK]
        return Deployment(emulator, assembly, stack)


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
