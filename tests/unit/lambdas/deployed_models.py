"""Models of the operator's, as a deployment has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lookalike.aws import models
from lookalike.aws.settings import PREFIX
from lookalike.search.models.settings import OnnxSettings, SearchSettings
from tests.unit.aws import BUCKET
from tests.unit.search.models.onnx_models import a_model_file, settings_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "clip.onnx"


def a_file(folder: Path) -> OnnxSettings:
    """The settings of a small model whose file is written into a folder."""
    return settings_of(a_model_file(folder / KEY, output="vector"), pooling="none")


def upload(s3: S3Client, settings: OnnxSettings) -> None:
    """Let S3 have the file of a model."""
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=settings.file.read_bytes())


def configure(
    monkeypatch: pytest.MonkeyPatch, scratch: Path, found: SearchSettings, **others: object
) -> None:
    """Tell functions their models, and where they may write."""
    values = {
        "SEARCH_MODELS": found.model_dump_json(exclude_unset=True),
        "MODELS_BUCKET": BUCKET,
        **{name: json.dumps(value) for name, value in others.items()},
    }
    for name, value in values.items():
        monkeypatch.setenv(PREFIX + name, value)
    monkeypatch.setattr(models, "FOLDER", scratch)
