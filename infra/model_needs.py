"""What the models of searches by looks need of the functions that embed with them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from infra.capacity import SMALL_BYTES_A_PICTURE
from infra.environments import Environment, Part
from infra.function_specs import FUNCTIONS, FunctionSpec, fitted
from lookalike.search.models.registry import own_scales
from lookalike.search.models.settings import ModelSettings, OnnxSettings, SearchSettings
from lookalike.search.models.version import space_of
from lookalike.storage.index_kind import IndexKind

SEARCHING = ("find_similar",)
"""Functions that embed what is searched with, by every model."""
REGISTERING = ("import_batch", "manage_products", "register_products")
"""Functions that embed what is registered, by the models that do so at once."""
MEMORY_OF_FILE = 3
"""Memory that a model takes while it is loaded, for each byte of its file: 3.0 were measured with a
file of 300 MB, and 2.2 afterwards (``scripts/benchmarks/model_memory.py``)."""
MAX_MIB = 10_240
"""The most memory, and the most disk, of a function,
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
SNAPSHOTTED_MIB = 512
"""The most disk of a function with snapshots,
https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"""
_KEPT_FREE_MIB = 64
"""Of that, for what functions write beside models."""
_MIB = 2**20


def models_of(environment: Environment, function: str) -> Mapping[str, ModelSettings]:
    """The models that a function embeds with, by name; none where the environment names none.

    Raises:
        SettingInvalidError: the file of the models cannot be used.
    """
    if environment.models is None:
        return {}
    found = environment.search_models.models
    if function in SEARCHING:
        return found
    if function not in REGISTERING:
        return {}
    return {name: each for name, each in found.items() if each.at_registration}


def model_settings(environment: Environment, keys: Mapping[str, str]) -> dict[str, str]:
    """The models as settings of functions, which name files by keys of objects.

    Args:
        environment: names the models.
        keys: of the files, by model.

    Raises:
        SettingInvalidError: the file of the models, or that of percentages, cannot be used.
    """
    found, folder = environment.search_models, _folder(environment)
    models = {name: _with_key(each, keys.get(name)) for name, each in found.models.items()}
    versions = {space_of(name, each).version for name, each in models.items()}
    known = own_scales(found, folder)
    scales = {version: asdict(scale) for version, scale in known.items() if version in versions}
    named = SearchSettings(default=found.default, models=models)
    return {
        "search_models": named.model_dump_json(exclude_unset=True),
        "likeness_scales": json.dumps(scales),
    }


def _with_key(settings: ModelSettings, key: str | None) -> ModelSettings:
    if key is None or not isinstance(settings, OnnxSettings):
        return settings
    return settings.model_copy(update={"file": Path(key)})


def file_of(environment: Environment, settings: OnnxSettings) -> Path:
    """The file of a model, absolute or from the current folder."""
    return _folder(environment) / settings.file


def _folder(environment: Environment) -> Path:
    """The folder that the files of models are named from."""
    return environment.models.parent if environment.models else Path()


def with_models(spec: FunctionSpec, environment: Environment) -> FunctionSpec:
    """The function as an environment has it, with memory and disk for its models.

    Raises:
        OSError: the file of a model is not there.
        SettingInvalidError: the file of the models cannot be used.
    """
    spec = fitted(spec, environment)
    mib = _mib(spec, environment)
    if not mib:
        return spec
    disk = 0 if _is_snapshotted(spec, environment) else mib
    return replace(
        spec,
        memory_mib=spec.memory_mib + MEMORY_OF_FILE * mib,
        storage_mib=spec.storage_mib + disk,
    )


def size_flaws(environment: Environment) -> Iterator[str]:
    """Yield which functions cannot hold the files of their models."""
    for spec in (with_models(each, environment) for each in FUNCTIONS):
        mib = _mib(spec, environment)
        room = SNAPSHOTTED_MIB - _KEPT_FREE_MIB - _small_index_mib(environment)
        if mib > room and _is_snapshotted(spec, environment):
            yield (
                f"models: {spec.name} begins from a snapshot, which has room for {room} MiB of "
                f"models, and theirs have {mib} MiB: use smaller ones, or leave out snap_start."
            )
        for what, needed in {"memory": spec.memory_mib, "disk": spec.storage_mib}.items():
            if mib and needed > MAX_MIB:
                yield (
                    f"models: {spec.name} would need {needed:,} MiB of {what} for files of {mib:,} "
                    f"MiB, and a function has {MAX_MIB:,} MiB at most: use smaller models."
                )


def _mib(spec: FunctionSpec, environment: Environment) -> int:
    """What the files of a function's models have together; a file counts once."""
    found = models_of(environment, spec.name).values()
    files = {file_of(environment, each) for each in found if isinstance(each, OnnxSettings)}
    return math.ceil(sum(path.stat().st_size for path in files) / _MIB)


def _small_index_mib(environment: Environment) -> int:
    """What functions write of a small index before they read it."""
    if not environment.uses(IndexKind.SMALL):
        return 0
    return math.ceil(environment.load.pictures * SMALL_BYTES_A_PICTURE / _MIB)


def _is_snapshotted(spec: FunctionSpec, environment: Environment) -> bool:
    return spec.answers_callers and environment.has(Part.SNAP_START)
