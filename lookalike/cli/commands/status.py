"""``lookalike status``."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from lookalike.cli.options import DEFAULT_DATA, ApiKey, AsJson, Data, Url

if TYPE_CHECKING:
    from lookalike.api.status.models import StatusAnswer


def status(
    data: Data = DEFAULT_DATA, url: Url = None, api_key: ApiKey = None, as_json: AsJson = False
) -> None:
    """Show counts, versions, and whether the index is in step."""
    from lookalike.cli.output import show_json
    from lookalike.terminal import console

    report = _status_there(url, api_key) if url else _status_here(data)
    if as_json:
        show_json(report.model_dump_json(indent=2))
        return
    index = report.index
    console.print(f"products   {report.products}")
    console.print(f"pictures   {report.pictures}")
    console.print(f"searchable {index.pictures}")
    drift = "none" if index.fresh else f"{index.behind} behind, {index.ahead} ahead"
    console.print(f"drift      {drift}")
    console.print(f"outdated   {report.outdated}")
    console.print(f"algorithm  {report.algorithm_version}")
    console.print(f"service    {report.service_version}")


def _status_there(url: str, api_key: str | None) -> StatusAnswer:
    from lookalike.cli.remote.errors import RemoteRefusedError
    from lookalike.cli.remote.service import RemoteService
    from lookalike.errors import BadParameterError
    from lookalike.http.problems import UnknownPathError

    try:
        return RemoteService(url, api_key).status()
    except RemoteRefusedError as error:
        if error.reason != UnknownPathError.code:
            raise
        raise BadParameterError(
            f"{url} is below the address of a service: give --url what its web page is at."
        ) from error


def _status_here(data: Path) -> StatusAnswer:
    from lookalike.api.status.models import StatusAnswer
    from lookalike.local.components import build_status
    from lookalike.local.data_folder import open_storage

    with closing(open_storage(data, read_only=True)) as storage:
        return StatusAnswer.of(build_status(storage).report())
