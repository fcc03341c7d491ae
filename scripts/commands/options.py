"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_DATA = Path("data")

Data = Annotated[
    Path,
    typer.Option("--data", envvar="LOOKALIKE_DATA", help="Folder with the stored catalogue."),
]
Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="LOOKALIKE_URL",
        help="Ask a running or deployed service at this address instead of a data folder.",
    ),
]
ApiKey = Annotated[
    str | None,
    typer.Option(
        "--api-key",
        envvar="LOOKALIKE_API_KEY",
        help="Key of a deployed service. Better set in the environment than typed.",
    ),
]
AllowPrivateHosts = Annotated[
    bool,
    typer.Option(
        "--allow-private-hosts",
        help="Also fetch pictures from this machine and its network. For trying things only.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
