"""The versions of models, which stored embeddings are found by, stay what they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.search.models.settings import (
    BedrockSettings,
    BuiltInSettings,
    ModelSettings,
    OnnxSettings,
    SearchSettings,
)
from lookalike.search.models.version import space_of
from lookalike.storage.embeddings import Quantisation

ONNX = OnnxSettings(
    kind="onnx",
    file=Path("x"),
    sha256="0" * 64,
    dimension=12,
    mean=(0.5, 0.25, 0.1),
    pooling="mean",
)
RECORDED: list[tuple[str, ModelSettings, str]] = [
    ("x", BuiltInSettings(dimension=128, colour=0.0), "x-0b96a1f6"),
    ("clip", ONNX, "clip-12edd07c"),
    ("titan", BedrockSettings(kind="bedrock"), "titan-1f070125"),
]
"""With a new network, the first one changes; with a new ``PREPARATION_RECIPE``, all do."""


@pytest.mark.parametrize(("name", "settings", "version"), RECORDED)
def test_should_have_the_version_that_was_recorded(
    name: str, settings: ModelSettings, version: str
) -> None:
    assert space_of(name, settings).version == version


@pytest.mark.parametrize(("name", "settings"), [each[:2] for each in RECORDED])
def test_should_depend_on_nothing_but_numbers(name: str, settings: ModelSettings) -> None:
    changed = settings.model_copy(
        update={"quantisation": Quantisation.INT8, "at_registration": False, "file": Path("y")}
    )
    assert space_of(name, changed).version == space_of(name, settings).version
    assert space_of("other", settings).version != space_of(name, settings).version


def test_should_keep_versions_in_the_variables_of_functions() -> None:
    models = {name: settings for name, settings, _ in RECORDED[1:]}
    text = SearchSettings(default="clip", models=models).model_dump_json(exclude_unset=True)
    told = SearchSettings.model_validate_json(text)
    assert {n: space_of(n, m) for n, m in told.models.items()} == {
        n: space_of(n, m) for n, m in models.items()
    }
