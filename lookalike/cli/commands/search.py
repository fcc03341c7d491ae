"""``lookalike search``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.options import (
    DEFAULT_DATA,
    AllowPrivateHosts,
    ApiKey,
    AsJson,
    Data,
    Url,
)
from lookalike.cli.product_options import Filters, product_filter

if TYPE_CHECKING:
    from lookalike.api.search.models import SearchAnswer
    from lookalike.search.options import SearchOptions


def search(
    image: Annotated[
        str,
        typer.Argument(metavar="PICTURE", help="The picture: a file or a web address."),
    ],
    top: Annotated[int, typer.Option(min=1, max=100, help="How many products at most.")] = 20,
    model: Annotated[
        str | None, typer.Option(help="The model that compares, by its name in models.toml.")
    ] = None,
    filters: Filters = None,
    diversify: Annotated[
        str | None,
        typer.Option(
            help="Show only the nearest product of each: picture, sku, style (the sku without its "
            "part behind the last hyphen) or attribute:NAME."
        ),
    ] = None,
    data: Data = DEFAULT_DATA,
    url: Url = None,
    api_key: ApiKey = None,
    allow_private_hosts: AllowPrivateHosts = False,
    as_json: AsJson = False,
) -> None:
    """Show the products that look like a picture, whoever photographed them.

    Shows the cosine of the pictures, what it means in per cent, entity_id, sku and image_url.
    lookalike check says whether the catalogue has the same photograph.
    """
    from lookalike.cli.checks import named_errors
    from lookalike.cli.output import show_json
    from lookalike.search.options import SearchOptions

    attributes = product_filter(filters, None, "").attributes
    options = SearchOptions(top=top, model=model, attributes=attributes, diversify=diversify)
    with named_errors(image):
        if url:
            answer = _at_service(url, api_key, image, options)
        else:
            answer = _in_folder(data, image, options, allow_private_hosts=allow_private_hosts)
    if as_json:
        show_json(answer.model_dump_json(indent=2))
    else:
        _show(answer)


def _in_folder(
    data: Path, image: str, options: SearchOptions, *, allow_private_hosts: bool
) -> SearchAnswer:
    from contextlib import closing

    from lookalike.api.search.models import SearchAnswer
    from lookalike.cli.sources import picture_source
    from lookalike.fingerprint.network import Network
    from lookalike.local.components import build_reader
    from lookalike.local.data_folder import open_storage
    from lookalike.search.looks import LooksSearch
    from lookalike.search.models.registry import read_models
    from lookalike.search.ranked_pictures import RankedPictures

    with closing(open_storage(data, read_only=True)) as storage:
        finds = LooksSearch(RankedPictures(storage), read_models(data), Network.load())
        picture = build_reader(allow_private_hosts=allow_private_hosts).read(picture_source(image))
        return SearchAnswer.of(finds.by_picture(picture, options))


def _at_service(url: str, api_key: str | None, image: str, options: SearchOptions) -> SearchAnswer:
    from lookalike.cli.remote.service import RemoteService
    from lookalike.cli.sources import picture_source

    return RemoteService(url, api_key).search(picture_source(image), options)


def _show(answer: SearchAnswer) -> None:
    from lookalike.terminal import console

    if not answer.products:
        console.print("Nothing looks like it: no product, or none with these attributes.")
    for found in answer.products:
        meaning = found.likeness_percentage
        percentage = "" if meaning is None else f"{meaning:5.1f} %"
        others = f"  and {found.others} more" if found.others else ""
        console.print(
            f"{found.cosine:6.3f}  {percentage:>7}  {found.entity_id}  {found.sku}  "
            f"{found.image_url or ''}{others}"
        )
    if answer.is_cut:
        console.print("There may be more: only the nearest 2,000 products were looked at.")
