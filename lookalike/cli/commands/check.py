"""``lookalike check``."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.options import DEFAULT_DATA, AllowPrivateHosts, ApiKey, AsJson, Data, Url

if TYPE_CHECKING:
    from lookalike.api.find_similar.models import CheckAnswer
    from lookalike.http.pictures import PictureSource
    from lookalike.matching.check import CheckOptions


def check(
    image: Annotated[
        str, typer.Argument(metavar="IMAGE_OR_URL", help="The picture: a file or a web address.")
    ],
    top: Annotated[int, typer.Option(min=1, max=50, help="How many products at most.")] = 1,
    min_match: Annotated[
        float,
        typer.Option(min=0, max=100, help="Leave out matches below this; 0 shows the nearest."),
    ] = 50,
    data: Data = DEFAULT_DATA,
    url: Url = None,
    api_key: ApiKey = None,
    allow_private_hosts: AllowPrivateHosts = False,
    as_json: AsJson = False,
) -> None:
    """Look for a picture in the catalogue.

    Shows the products whose pictures match: percentage, verdict, entity_id, sku, image_url, and
    below it in words how the picture shows the product's.
    """
    from lookalike.cli.output import show_check, show_json
    from lookalike.cli.remote.service import RemoteService
    from lookalike.cli.sources import picture_source
    from lookalike.matching.check import CheckOptions

    source = picture_source(image)
    if url:
        answer = RemoteService(url, api_key).check(source, top, min_match)
    else:
        options = CheckOptions(top=top, min_match=min_match)
        answer = _check_here(source, options, data, allow_private_hosts=allow_private_hosts)
    if as_json:
        show_json(answer.model_dump_json(indent=2))
    else:
        show_check(answer)


def _check_here(
    source: PictureSource, options: CheckOptions, data: Path, *, allow_private_hosts: bool
) -> CheckAnswer:
    from lookalike.api.find_similar.models import CheckAnswer
    from lookalike.local.components import reader_of
    from lookalike.local.data_folder import calibration_of, open_storage
    from lookalike.matching.shipped import fingerprinter, matcher_of

    calibration = calibration_of(data)
    picture = reader_of(allow_private_hosts=allow_private_hosts).read(source)
    with closing(open_storage(data, read_only=True)) as storage:
        matcher = matcher_of(storage, fingerprinter(), calibration)
        return CheckAnswer.of(matcher.check(picture, options))
