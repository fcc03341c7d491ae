"""A deployment switches to another model, and no search finds less on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambdas.find_similar import handler as find_similar
from lookalike.aws.entry_point import Handler, entry_point
from lookalike.aws.looks import deployed_spaces
from lookalike.aws.looks_rebuild import LooksRebuild
from lookalike.aws.stores import embeddings_of_table
from lookalike.aws.table_embedding import TableEmbedding
from lookalike.fingerprint.network import Network
from lookalike.search.models.registry import Models, build_models
from lookalike.search.models.settings import (
    BuiltInSettings,
    ModelSettings,
    OnnxSettings,
    SearchSettings,
)
from lookalike.storage.scan_progress import ScanProgress
from tests.contract.storage.moto_dynamodb import NAMES
from tests.toy_looks import ToyLooks
from tests.unit.lambdas.calls import asked
from tests.unit.lambdas.deployed_models import KEY, a_file, configure, upload
from tests.unit.lambdas.embedded_table import Choosy
from tests.unit.lambdas.test_search import PHOTOGRAPHS, Indices, indices, registered, sent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

__all__ = ["indices"]

Deploy = Callable[[str], tuple[SearchSettings, Handler]]
SCAN = ScanProgress(NAMES.pictures, "anywhere", 1)


def found(searches: Handler, query: str = "") -> tuple[str, list[str]]:
    """The model that answers, and the products that look like the second photograph."""
    picture = {"image_base64": sent(PHOTOGRAPHS[1])["image_base64"]}
    answer = asked(searches, "POST", f"/search{query}", picture).json
    return answer["model"]["name"], [each["entity_id"] for each in answer["products"]]


@pytest.fixture
def clip(tmp_path: Path, s3: S3Client) -> OnnxSettings:
    """A model whose file is here, and in S3."""
    settings = a_file(tmp_path)
    upload(s3, settings)
    return settings


@pytest.fixture
def deploy(clip: OnnxSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deploy:
    """Deploys both models, with one of them as the default; what searches then."""

    def done(default: str) -> tuple[SearchSettings, Handler]:
        in_s3 = clip.model_copy(update={"file": Path(KEY)})
        models: dict[str, ModelSettings] = {
            "built-in": BuiltInSettings(kind="built-in"),
            "clip": in_s3,
        }
        both = SearchSettings(default=default, models=models)
        configure(monkeypatch, tmp_path / "scratch", both)
        return both, entry_point("find_similar", find_similar._build)

    return done


def test_should_embed_rebuild_and_serve_with_the_next_deployment(
    indices: Indices,
    clip: OnnxSettings,
    dynamodb: DynamoDBClient,
    network: Network,
    deploy: Deploy,
) -> None:
    before = found(registered(dynamodb))
    assert before == ("built-in", ["p1", *before[1][1:]])
    assert len(before[1]) == 3

    both, searches = deploy("built-in")
    assert found(searches) == before
    assert found(searches, "?model=clip") == ("clip", []), "the pictures are not embedded yet"
    missing = asked(searches, "GET", "/search?model=clip&entity_id=p1")
    assert (missing.status, missing.json["code"]) == (503, "not_embedded")

    models = build_models(SearchSettings(default="clip", models={"clip": clip}))
    embedding = TableEmbedding(embeddings_of_table(dynamodb, NAMES.pictures), models, network)
    embedding.run(SCAN, 1, lambda *_: None)
    space = deployed_spaces(both)["clip"]
    filled = ToyLooks(space)
    rebuild = LooksRebuild.of_tables(dynamodb, NAMES.products, NAMES.pictures, filled)
    rebuild.run(SCAN, 1, lambda _: None, lambda _: None)
    assert found(searches) == before, "all the while"
    indices[space.version].entries = filled.entries  # what an alias that moves does

    after = found(deploy("clip")[1])
    assert after[0] == "clip"
    assert after[1][0] == "p1"
    assert sorted(after[1]) == sorted(before[1])


@pytest.mark.usefixtures("indices")
def test_should_say_that_the_picture_of_a_product_is_refused(
    dynamodb: DynamoDBClient, network: Network, deploy: Deploy
) -> None:
    registered(dynamodb)
    both, searches = deploy("clip")
    version = deployed_spaces(both)["clip"].version
    refusing = Choosy(*range(10_000))
    refusing.space = replace(refusing.space, version=version)
    table = embeddings_of_table(dynamodb, NAMES.pictures)
    embedding = TableEmbedding(table, Models({"clip": refusing}, "clip"), network)
    embedding.run(SCAN, 1, lambda *_: None)
    assert len(refusing.asked) == 3

    answer = asked(searches, "GET", "/search?entity_id=p1")
    assert (answer.status, answer.json["code"]) == (422, "model_refused_picture")
    assert answer.json["detail"] == "It is against the rules."
