"""``lookalike index embed`` about a deployment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from lookalike.cli import table_embedding as command
from lookalike.cli.app import app
from lookalike.cli.commands import index_embeddings
from lookalike.errors import SettingInvalidError
from lookalike.fingerprint.network import Network
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.registry import Models
from lookalike.storage.dynamodb.picture_embeddings import PictureEmbeddings
from lookalike.storage.scan_progress import ScanProgress
from tests.contract.storage.moto_dynamodb import NAMES
from tests.embeddings import FakeModel, FakeNetwork
from tests.unit.lambdas.embedded_table import COUNT, Choosy, items, table
from tests.unit.lambdas.stacks import OUTPUTS, STACK, deploy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["table"]


@pytest.fixture
def models(
    table: PictureEmbeddings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, EmbeddingModel]:
    """Those of a command about the table."""
    del table
    found: dict[str, EmbeddingModel] = {"new": FakeModel("new")}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Network, "load", FakeNetwork)
    monkeypatch.setattr(index_embeddings, "read_models_of", lambda _: Models(found, "new"))
    deploy(OUTPUTS)
    return found


def embed(*words: str) -> Any:  # noqa: ANN401 - of the runner
    return CliRunner().invoke(app, ["index", "embed", *words], catch_exceptions=False)


@pytest.mark.usefixtures("models")
def test_should_embed_the_pictures_of_a_stack(tmp_path: Path, dynamodb: DynamoDBClient) -> None:
    told = embed("--stack", STACK, "--workers", "2")
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("9 pictures embedded by new-1, ")
    assert told.stdout.endswith(" a second; 0 refused.\n")
    assert all("new-1" in item["embeddings"]["M"] for item in items(dynamodb).values())
    assert list(tmp_path.iterdir()) == []


def test_should_end_with_code_3_where_pictures_are_refused(
    models: dict[str, EmbeddingModel], tmp_path: Path
) -> None:
    """Also those that were refused before the command was stopped."""
    models["new"] = Choosy(*range(COUNT + 1))
    with pytest.MonkeyPatch.context() as stopping:
        stopping.setattr(command._Told, "on_page", stopped_after(3))
        assert embed("--table", NAMES.pictures, "--workers", "1").exit_code not in {0, 3}
    [file] = tmp_path.iterdir()
    assert (file.name, json.loads(file.read_text())["refused"]) == ("looks-embed.json", 8)
    told = embed("--table", NAMES.pictures, "--workers", "1")
    assert told.exit_code == 3
    assert told.stdout.endswith("; 9 refused.\n")
    assert embed("--table", NAMES.pictures).exit_code == 3, "it is still refused"
    models["new"] = FakeModel("new")
    assert embed("--table", NAMES.pictures, "--again").exit_code == 0


OnPage = Callable[[command._Told, ScanProgress, Mapping[str, str]], None]


def stopped_after(count: int) -> OnPage:
    """Ctrl-C after so many pages."""
    on_page, left = command._Told.on_page, iter(range(count))

    def told(self: command._Told, now: ScanProgress, refused: Mapping[str, str]) -> None:
        on_page(self, now, refused)
        if next(left, None) is None:
            raise KeyboardInterrupt

    return told


@pytest.mark.usefixtures("models")
def test_should_say_where_pictures_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert embed("--stack", STACK, "--table", "t").exit_code == 2
    assert embed("--stack", STACK, "--switch").exit_code == 2
    monkeypatch.setenv("LOOKALIKE_STACK", "Lookalike-none")
    with pytest.raises(SettingInvalidError, match="no stack 'Lookalike-none'"):
        embed()
    (tmp_path / "looks-embed.json").write_text("{}")
    with pytest.raises(SettingInvalidError, match="has no progress"):
        embed("--table", "pictures")
    (tmp_path / "folder").mkdir()
    assert embed("--data", str(tmp_path / "folder")).exit_code == 0, "typed, it wins"


def test_should_refuse_a_configuration_without_models(
    models: dict[str, EmbeddingModel],
) -> None:
    models.clear()
    with pytest.raises(SettingInvalidError, match="names no model"):
        embed("--table", "pictures")
