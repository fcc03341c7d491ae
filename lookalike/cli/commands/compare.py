"""``lookalike compare``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.options import AllowPrivateHosts, ApiKey, AsJson, EffortOption, Url
from lookalike.matching.effort import Effort

if TYPE_CHECKING:
    from lookalike.api.compare.models import CompareAnswer
    from lookalike.http.pictures import PictureSource


DRAWN_AS = (".png", ".jpg", ".jpeg", ".webp")
"""Suffixes of the formats that the drawing can be written in."""
QUALITY = 90
"""Quality of lossy formats, at which thin lines stay clean."""


def _drawable(path: Path | None) -> Path | None:
    if path is not None and path.suffix.lower() not in DRAWN_AS:
        raise typer.BadParameter(f"{path} has to end in one of {', '.join(DRAWN_AS)}.")
    return path


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="A picture: file or web address.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    picture: Annotated[
        Path | None,
        typer.Option(
            callback=_drawable,
            help="Write both pictures side by side to a .png, .jpg or .webp, with the shared area "
            "outlined where it is known; equal numbers show the same corner.",
        ),
    ] = None,
    effort: EffortOption = Effort.NORMAL,
    url: Url = None,
    api_key: ApiKey = None,
    allow_private_hosts: AllowPrivateHosts = False,
    as_json: AsJson = False,
) -> None:
    """Say whether two pictures come from one photograph, and how A shows B."""
    from lookalike.cli.output import show_json
    from lookalike.cli.remote.service import RemoteService
    from lookalike.cli.sources import picture_source
    from lookalike.cli.words import comparison_in_words
    from lookalike.terminal import console

    sources = picture_source(a), picture_source(b)
    with _named_as_typed(a, b):
        if url:
            answer = RemoteService(url, api_key).compare(*sources, effort)
        else:
            answer = _compare_here(*sources, effort, allow_private_hosts=allow_private_hosts)
    if picture is not None:
        _draw(sources, answer, picture, allow_private_hosts=allow_private_hosts)
    if as_json:
        show_json(answer.model_dump_json(indent=2))
    else:
        console.print(f"{answer.match_percentage:6.2f} %  {answer.verdict}")
        console.print(comparison_in_words(answer))


@contextmanager
def _named_as_typed(a: str, b: str) -> Iterator[None]:
    """Begin errors about a picture with its name, where requests call it ``a`` or ``b``."""
    from lookalike.cli.checks import named_detail
    from lookalike.errors import LookalikeError

    try:
        yield
    except LookalikeError as error:
        side, _, detail = error.detail.partition(": ")
        if name := {"a": a, "b": b}.get(side):
            error.detail = detail
            error.detail = named_detail(name, error)
        raise


def _compare_here(
    a: PictureSource, b: PictureSource, effort: Effort, *, allow_private_hosts: bool
) -> CompareAnswer:
    from lookalike.api.compare.models import CompareAnswer
    from lookalike.api.compare.service import CompareImages
    from lookalike.local.components import build_reader
    from lookalike.local.data_folder import read_calibration
    from lookalike.matching.shipped import build_matcher, fingerprinter
    from lookalike.storage.memory.storage import MemoryStorage

    computes = fingerprinter()
    matcher = build_matcher(MemoryStorage(computes.version), computes, read_calibration())
    service = CompareImages(build_reader(allow_private_hosts=allow_private_hosts), matcher)
    return CompareAnswer.of(service.compare(a, b, effort))


def _draw(
    sources: tuple[PictureSource, PictureSource],
    answer: CompareAnswer,
    path: Path,
    *,
    allow_private_hosts: bool,
) -> None:
    from lookalike.cli.drawing import side_by_side
    from lookalike.errors import BadParameterError
    from lookalike.local.components import build_reader

    reader = build_reader(allow_private_hosts=allow_private_hosts)
    a, b = (reader.read(source) for source in sources)
    try:
        side_by_side(a, b, answer.evidence).save(path, quality=QUALITY)
    except OSError as error:
        raise BadParameterError(f"{path} cannot be written: {error.strerror}.") from error
