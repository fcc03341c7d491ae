"""``lookalike doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.exit_codes import FAILED, INCOMPLETE

if TYPE_CHECKING:
    from lookalike.aws.doctor.needs import Needs

_DEPLOYMENT = "infra.needs"
"""The module that knows what environments need; it is in the project's folder alone."""


def doctor(
    environment: Annotated[
        str, typer.Option("--environment", "-e", help="An environment of infra/environments.py.")
    ] = "dev",
) -> None:
    """Examine an account before a first deployment, in the project's folder.

    Quotas, versions, types of machines, roles, the organisation and the bootstrap of the CDK are
    held against what the environment needs. Nothing is changed.

    Exit code 0: the deployment would find what it needs. 1: it would fail. 3: AWS did not answer
    some questions, so that they are open.
    """
    from functools import cache

    import boto3

    from lookalike.aws.doctor.examination import State, examine
    from lookalike.storage.aws_access import translated_aws_errors
    from lookalike.terminal import console

    with translated_aws_errors():
        findings = []
        for finding in examine(_read_needs(environment), cache(boto3.client)):
            findings.append(finding.state)
            console.print(f"{finding.state:<8} {finding.about}: {finding.detail}", soft_wrap=True)
    if State.UNFIT in findings:
        raise typer.Exit(FAILED)
    if State.UNKNOWN in findings:
        raise typer.Exit(INCOMPLETE)


def _read_needs(environment: str) -> Needs:
    """What the environment needs, said by the deployment's own code in a process of its own.

    Raises:
        SettingInvalidError: this is not the project's folder, or the environment cannot be
            deployed.
    """
    import subprocess
    import sys

    from lookalike.aws.doctor.needs import Needs
    from lookalike.errors import SettingInvalidError

    if not Path("infra", "environments.py").is_file():
        raise SettingInvalidError(
            "Run this in the project's folder: infra/environments.py says what environments need."
        )
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", _DEPLOYMENT, environment],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SettingInvalidError(done.stderr.strip())
    return Needs.model_validate_json(done.stdout)
