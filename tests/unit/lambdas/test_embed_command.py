"""``lookalike index embed`` about a deployment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.cli import table_embedding as command
from lookalike.cli.app import app
from lookalike.cli.commands import index_embeddings
from lookalike.errors import BadParameterError, SettingInvalidError
from lookalike.fingerprint.network import Network
from lookalike.local.data_folder import open_storage
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.registry import Models
from lookalike.storage.dynamodb.embeddings_update import Embedded
from lookalike.storage.dynamodb.picture_embeddings import PictureEmbeddings, UnembeddedPicture
from lookalike.storage.scan_progress import ScanProgress
from tests.builders import a_fingerprint_id
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
    assert " a second; 0 refused.\n" in told.stdout
    assert told.stdout.endswith(" has filled their index.\n")
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
    assert "; 9 refused.\n" in told.stdout
    assert embed("--table", NAMES.pictures).exit_code == 3, "it is still refused"
    models["new"] = FakeModel("new")
    assert embed("--table", NAMES.pictures, "--again").exit_code == 0


def test_should_ask_again_for_all_refused_pictures_or_say_why_not(
    models: dict[str, EmbeddingModel], tmp_path: Path
) -> None:
    """A run that was stopped had read some of them, and asked for none again."""
    models["new"] = Choosy(*range(COUNT + 1))
    assert embed("--table", NAMES.pictures, "--workers", "1").exit_code == 3
    with pytest.MonkeyPatch.context() as stopping:
        stopping.setattr(command._Told, "on_page", stopped_after(3))
        assert embed("--table", NAMES.pictures, "--workers", "1").exit_code not in {0, 3}
    models["new"] = FakeModel("new")
    with pytest.raises(SettingInvalidError, match="Remove it to begin anew"):
        embed("--table", NAMES.pictures, "--again")
    (tmp_path / "looks-embed.json").unlink()
    assert embed("--table", NAMES.pictures, "--again").exit_code == 0


@pytest.mark.usefixtures("models")
def test_should_tell_the_next_reconciliation_however_it_ends(dynamodb: DynamoDBClient) -> None:
    store = DynamodbReconciliationStore(dynamodb, NAMES.imports)
    assert store.embedding_run() is None
    with pytest.MonkeyPatch.context() as stopping:
        stopping.setattr(command._Told, "on_page", stopped_after(1))
        assert embed("--stack", STACK, "--workers", "1").exit_code != 0
    first = store.embedding_run()
    assert embed("--stack", STACK, "--workers", "1").exit_code == 0
    assert None is not first != store.embedding_run() is not None


def drop(version: str) -> Any:  # noqa: ANN401 - of the runner
    words = ["index", "drop-embeddings", version, "--stack", STACK, "--workers", "2"]
    return CliRunner().invoke(app, words, catch_exceptions=False)


def test_should_drop_a_version_that_the_stack_does_not_use(
    table: PictureEmbeddings,
    dynamodb: DynamoDBClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = UnembeddedPicture(a_fingerprint_id(0), None, [], {})
    table.write(refused, Embedded({}, {"old-1": "It is too dark.", "new-1": "It is too dark."}))
    both = UnembeddedPicture(a_fingerprint_id(1), None, [], {})
    table.write(both, Embedded({"new-1": b"new"}, {}))
    expected = items(dynamodb)
    for item in expected.values():
        item.get("embeddings", {"M": {}})["M"].pop("old-1", None)
        item.pop("refused_by:old-1", None)

    deploy(OUTPUTS | {"IndexAliases": "pictures-3,looks-new-1"})
    told = drop("old-1")

    assert "5 pictures have lost old-1, " in told.stdout, "four that it embedded, one it refused"
    assert items(dynamodb) == expected
    assert "0 pictures have lost old-1, " in drop("old-1").stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("table")
def test_should_not_drop_what_a_stack_uses(dynamodb: DynamoDBClient) -> None:
    before = items(dynamodb)
    deploy(OUTPUTS | {"IndexAliases": "pictures-3,looks-new-1,looks-int8-old-1"})
    with pytest.raises(BadParameterError, match="uses old-1: remove it from models"):
        drop("old-1")
    assert items(dynamodb) == before


@pytest.mark.usefixtures("table")
def test_should_drop_nothing_where_a_stack_does_not_say_what_it_uses() -> None:
    deploy(OUTPUTS)
    with pytest.raises(SettingInvalidError, match="deploy it by this release first"):
        drop("old-1")


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
    open_storage(tmp_path / "folder").close()
    assert embed("--data", str(tmp_path / "folder")).exit_code == 0, "typed, it wins"


def test_should_refuse_a_configuration_without_models(
    models: dict[str, EmbeddingModel],
) -> None:
    models.clear()
    with pytest.raises(SettingInvalidError, match="names no model"):
        embed("--table", "pictures")
