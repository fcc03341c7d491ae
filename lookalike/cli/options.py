"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeVar

import typer

from lookalike.matching.effort import Effort

DEFAULT_DATA = Path("data")
Value = TypeVar("Value")


def typed_options(context: typer.Context, *names: str) -> list[str]:
    """Return those of the named options that are typed on the command line.

    Only options that are read already count; typed options are read first.
    """
    sources = {name: context.get_parameter_source(name) for name in names}
    return [name for name, source in sources.items() if source and source.name == "COMMANDLINE"]


def _one_place(
    context: typer.Context, parameter: typer.CallbackParam, value: Value
) -> Value | None:
    """Let typed options override the environment, and refuse --data together with --url."""
    typed = typed_options(context, "data", "url")
    if len(typed) > 1:
        raise typer.BadParameter("Give --data or --url: the catalogue is in one place.")
    return None if parameter.name == "url" and typed == ["data"] else value


Data = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="LOOKALIKE_DATA",
        callback=_one_place,
        help="Folder with the stored catalogue.",
    ),
]
FolderData = Annotated[
    Path,
    typer.Option("--data", envvar="LOOKALIKE_DATA", help="Folder with the stored catalogue."),
]
"""For commands that know no service at an address."""
Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="LOOKALIKE_URL",
        callback=_one_place,
        help="Ask a running or deployed service at this address instead of a data folder.",
    ),
]
ApiKey = Annotated[
    str | None,
    typer.Option(
        "--api-key",
        envvar="LOOKALIKE_API_KEY",
        help="Key of a service that needs one. Better set in the environment than typed.",
    ),
]
AllowPrivateHosts = Annotated[
    bool,
    typer.Option(
        "--allow-private-hosts",
        help="Also fetch pictures from this machine and its network. For trying things only.",
    ),
]
ObeyRobotsTxt = Annotated[
    bool,
    typer.Option(
        "--obey-robots-txt",
        envvar="LOOKALIKE_OBEY_ROBOTS_TXT",
        help="Import only pictures that the robots.txt of their hosts allows. A service at --url "
        "has a setting of its own.",
    ),
]
Durable = Annotated[
    bool,
    typer.Option(
        "--durable",
        envvar="LOOKALIKE_DURABLE",
        help="Wait for the disk at every write, so that a power cut loses nothing.",
    ),
]
EffortOption = Annotated[
    Effort,
    typer.Option(
        "--effort",
        help="How much is tried before nothing is found: fast for bulk; thorough also finds turns "
        "by any angle, negatives, and small pictures within a picture.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
