"""Checks of the models of searches by looks before they are deployed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from infra.capacity import MACHINES, bytes_with_models
from infra.environments import Environment
from infra.model_needs import model_settings, size_flaws
from lookalike.errors import SettingInvalidError
from lookalike.search.models.registry import load_model, own_scales, read_settings
from lookalike.search.models.settings import BedrockSettings, SearchSettings
from lookalike.storage.index_kind import IndexKind
from lookalike.storage.opensearch.service import OpenSearchService

MAX_TEXT = 2_000
"""Characters of settings that functions get as variables, which have 4 KB in all,
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

_KEY = f"{'0' * 64}.onnx"
"""As long as the key of an asset."""


def model_flaws(environment: Environment, path: Path) -> Iterator[str]:
    """Yield what keeps models from being deployed, as sentences that begin with the field.

    Models in files are loaded and tried. Bedrock is not asked.

    Args:
        environment: names the models.
        path: of their file; relative ones start from the folder of cdk.json.
    """
    if not environment.uses(IndexKind.OPENSEARCH):
        yield "models: searches by looks need OpenSearch, and indices names a small index alone."
        return
    try:
        settings = read_settings(path)
        _try(settings, path.parent)
    except SettingInvalidError as error:
        yield f"models: {error.detail} {error.at_command_line}".rstrip()
        return
    if not settings.models:
        yield f"models: {path} names no model; leave the field out for the built-in one."
        return
    keys = dict.fromkeys(settings.models, _KEY)
    needed = sum(map(len, model_settings(environment, keys).values()))
    if needed > MAX_TEXT:
        yield (
            f"models: the settings of {len(settings.models)} models have {needed:,} characters, "
            f"and functions have room for {MAX_TEXT:,}: name fewer."
        )
    yield from size_flaws(environment)
    if environment.search is OpenSearchService.MANAGED:
        yield from _domain_flaws(environment, settings)


def _domain_flaws(environment: Environment, settings: SearchSettings) -> Iterator[str]:
    """The indices of all models have to fit into the memory of the domain."""
    load, size = environment.load, environment.domain
    if size.data_instance not in MACHINES or size.pictures < load.pictures:
        return  # which is a flaw of the domain itself
    held = size.pictures_of(bytes_with_models(m.dimension for m in settings.models.values()))
    if held < load.pictures:
        yield (
            f"models: with indices for {len(settings.models)} models, {size.data_nodes} x "
            f"{size.data_instance} have memory for {held:,} pictures, not for the "
            f"{load.pictures:,} of the load: use larger or more nodes, or fewer models."
        )


def _try(settings: SearchSettings, folder: Path) -> None:
    """Load all that is in files.

    Raises:
        SettingInvalidError: something cannot be used.
    """
    own_scales(settings, folder)
    for name, each in settings.models.items():
        if not isinstance(each, BedrockSettings):
            load_model(name, each, folder)
