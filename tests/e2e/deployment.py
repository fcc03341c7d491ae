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
    """A deployed stack.

    Attributes:
        emulator: where it is.
        outputs: of the stack, by name.
    """

    emulator: Emulator
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


def deployed(emulator: Emulator) -> Deployment:
    """The stack of the environment for emulators.

    Args:
        emulator: where to.

    Raises:
        AssertionError: the CDK refuses; the message has what it said.
    """
    with tempfile.TemporaryDirectory(prefix="lookalike-cdk-") as name:
        folder = Path(name)
        outputs = folder / "outputs.json"
        # Where there is no app: it would be built only to ask for its environments.
        _cdk(emulator, folder, "bootstrap", f"aws://{ACCOUNT}/{REGION}")
        _on_stack(
            emulator, "deploy", "--require-approval", "never", "--method", "direct",
            "--outputs-file", str(outputs),
        )  # fmt: skip
        return Deployment(emulator, json.loads(outputs.read_text(encoding="utf-8"))[STACK])


def difference(emulator: Emulator) -> str:
    """What the CDK says that a deployment of the same code would change.

    Raises:
        AssertionError: it would change something; the message says what.
    """
    return _on_stack(emulator, "diff", "--fail", "--method", "template")


def torn_down(emulator: Emulator) -> None:
    """Remove the stack.

    Raises:
        AssertionError: the CDK refuses; the message has what it said.
    """
    _on_stack(emulator, "destroy", "--force")


def _on_stack(emulator: Emulator, command: str, *arguments: str) -> str:
    with tempfile.TemporaryDirectory(prefix="lookalike-cdk-") as output:
        return _cdk(
            emulator, ROOT, command, STACK, "--context", "environment=test",
            "--output", output, *arguments,
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
