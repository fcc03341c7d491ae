"""What systemd and Docker read is well-formed, and starts what there is."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from pathlib import Path

import pytest
import typer.main
import yaml

from lookalike.cli.app import app

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
INSTRUCTIONS = {
    *("FROM", "RUN", "WORKDIR", "COPY", "USER", "VOLUME", "EXPOSE", "ENV", "ENTRYPOINT", "CMD")
}


def serve_options(words: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The options of a command that begins with ``serve``, as it would read them."""
    monkeypatch.delenv("LOOKALIKE_DATA", raising=False)
    command = typer.main.get_command(app)
    group = command.commands  # type: ignore[attr-defined] # a group of typer's own click
    assert words[0] == "serve"
    return dict(group["serve"].make_context("serve", words[1:]).params)


@pytest.fixture
def unit() -> configparser.RawConfigParser:
    """The unit of systemd; repeated keys keep their last value."""
    parser = configparser.RawConfigParser(strict=False, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign] # keys as they are written
    parser.read(DEPLOY / "lookalike.service", encoding="utf-8")
    return parser


@pytest.fixture
def image() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_unit_starts_the_service(
    unit: configparser.RawConfigParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert unit.sections() == ["Unit", "Service", "Install"]
    program, *words = shlex.split(unit["Service"]["ExecStart"])
    assert program == f"{unit['Service']['WorkingDirectory']}/.venv/bin/lookalike"
    assert serve_options(words, monkeypatch)["port"] == 8080
    assert unit["Service"]["ProtectSystem"] == "strict"
    named = f"/var/lib/{unit['Service']['StateDirectory']}"
    written = (DEPLOY / "lookalike.service").read_text(encoding="utf-8")
    assert f"Environment=LOOKALIKE_DATA={named}\n" in written


def test_the_image_starts_the_service(
    image: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {word for word, _ in image} <= INSTRUCTIONS
    assert image[0][0] == "FROM"
    by_word = dict(image)
    assert json.loads(by_word["ENTRYPOINT"]) == ["lookalike"]
    options = serve_options(json.loads(by_word["CMD"]), monkeypatch)
    assert (options["host"], options["port"]) == ("0.0.0.0", int(by_word["EXPOSE"]))
    assert by_word["USER"] == "lookalike"


def test_the_image_is_made_as_the_makefile_makes_it(image: list[tuple[str, str]]) -> None:
    made = {target for _, rest in image for target in re.findall(r"^make (\S+)", rest)}
    assert made
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(f"\n{target}:" in makefile for target in made)


def test_the_compose_file_builds_that_image(image: list[tuple[str, str]]) -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    [service] = compose["services"].values()
    context = (DEPLOY / service["build"]["context"]).resolve()
    assert context == ROOT
    assert (context / service["build"]["dockerfile"]).read_text(encoding="utf-8")
    [port] = service["ports"]
    assert port.startswith("127.0.0.1:")  # nobody else on the network
    assert port.endswith(dict(image)["EXPOSE"])
    [(volume, path)] = [each.split(":") for each in service["volumes"]]
    assert volume in compose["volumes"]
    assert path == dict(image)["VOLUME"]
    compile(service["healthcheck"]["test"][-1], "healthcheck", "exec")


def test_what_is_built_elsewhere_is_left_out_of_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", "data", "**/node_modules"} <= {*ignored}
