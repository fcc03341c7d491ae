"""Searches by looks in a data folder: with the real network, from Python and from commands."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from lookalike import Catalogue
from lookalike.cli.app import app
from lookalike.errors import BadParameterError
from lookalike.fingerprint.network import Network
from lookalike.local.background_embedding import BackgroundEmbedding
from lookalike.local.data_folder import open_storage
from lookalike.search.embedding import MissingEmbeddings
from lookalike.search.models.registry import read_models

PHOTOS = sorted((Path(__file__).parents[3] / "sample" / "photos").glob("*.jpg"))[:4]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four photographs, each of a colour of one style."""
    data = tmp_path_factory.mktemp("data")
    with closing(Catalogue(data)) as catalogue:
        for number, path in enumerate(PHOTOS):
            colour = {"colour": "red" if number % 2 else "blue"}
            catalogue.add(f"p{number}", path, sku=f"S-{number}", attributes=colour)
    return data


def test_should_embed_what_is_added_and_find_it_again(folder: Path) -> None:
    with closing(Catalogue(folder)) as catalogue:
        found = catalogue.search(PHOTOS[2], top=2).products
        assert found[0].product.entity_id == "p2"
        assert found[0].cosine == pytest.approx(1, abs=2e-3)
        red = catalogue.search(entity_id="p2", attributes={"colour": "red"}).products
        assert {each.product.entity_id for each in red} == {"p1", "p3"}
        [only] = catalogue.search(PHOTOS[0], diversify="style").products
        assert (only.product.entity_id, only.others) == ("p0", 3)
        with pytest.raises(BadParameterError, match="either a picture or an entity_id"):
            catalogue.search()


def test_should_search_with_a_command(folder: Path) -> None:
    run = CliRunner().invoke(app, ["search", str(PHOTOS[1]), "--data", str(folder), "--json"])
    answer = json.loads(run.stdout)
    assert answer["products"][0]["entity_id"] == "p1"
    assert answer["facets"]["colour"] == [
        {"value": "blue", "count": 2},
        {"value": "red", "count": 2},
    ]
    options = ["--filter", "colour:blue", "--top", "1"]
    shown = CliRunner().invoke(app, ["search", str(PHOTOS[0]), "--data", str(folder), *options])
    assert shown.stdout.split()[-2:] == ["S-0", str(PHOTOS[0])]
    nothing = CliRunner().invoke(
        app, ["search", str(PHOTOS[0]), "--data", str(folder), "--filter", "colour:pink"]
    )
    assert "Nothing looks like it" in nothing.stdout


def test_should_embed_again_from_thumbnails_with_nearly_the_same_numbers(folder: Path) -> None:
    with closing(open_storage(folder)) as storage:
        models = read_models(folder)
        space = models.named(None).space
        ids = [product.fingerprint_id for product in storage.products.page().products]
        before = [storage.embeddings.get(space, fingerprint_id) for fingerprint_id in ids]
        storage.embeddings.drop(space.version)
        background = BackgroundEmbedding(MissingEmbeddings(storage, models, Network.load()), 0.01)
        background.open()
        deadline = time.monotonic() + 30
        while storage.embeddings.alias("default") is None and time.monotonic() < deadline:
            time.sleep(0.01)
        background.close()
        after = [storage.embeddings.get(space, fingerprint_id) for fingerprint_id in ids]
    cosines = [
        float(np.sum(one * other))
        for one, other in zip(before, after, strict=True)
        if one is not None and other is not None
    ]
    assert len(cosines) == len(PHOTOS)
    assert min(cosines) > 0.8


def test_should_embed_what_is_missing_with_a_command(folder: Path) -> None:
    with closing(open_storage(folder)) as storage:
        version = read_models(folder).named(None).space.version
        storage.embeddings.drop(version)
    run = CliRunner().invoke(app, ["index", "embed", "--data", str(folder)])
    assert f"{version}: 4 of 4 pictures." in run.stdout
    assert run.exit_code == 0


def test_should_name_refused_pictures_and_ask_again(folder: Path) -> None:
    with closing(open_storage(folder)) as storage:
        version = read_models(folder).named(None).space.version
        storage.embeddings.drop(version)
        [first, *_] = [product.fingerprint_id for product in storage.products.page().products]
        storage.embeddings.refuse(version, {first: "It is too dark."})
    run = CliRunner().invoke(app, ["index", "embed", "--data", str(folder)])
    assert f"{version}: 3 of 4 pictures." in run.stdout
    assert f"Refused: {first}. It is too dark." in run.stderr
    assert run.exit_code == 3
    listed = CliRunner().invoke(app, ["index", "embeddings", "--data", str(folder), "--json"])
    [found] = json.loads(listed.stdout)
    assert found["refused"] == {first: "It is too dark."}
    again = CliRunner().invoke(app, ["index", "embed", "--again", "--data", str(folder)])
    assert f"{version}: 4 of 4 pictures." in again.stdout


def test_should_drop_embeddings_that_nothing_uses(folder: Path) -> None:
    with closing(open_storage(folder)) as storage:
        space = read_models(folder).named(None).space
        ids = [product.fingerprint_id for product in storage.products.page().products]
        storage.embeddings.add("gone-1", dict.fromkeys(ids, bytes(500)))
        storage.embeddings.set_alias("default", space.version)

    def invoked(*words: str) -> Result:
        return CliRunner().invoke(app, ["index", *words, "--data", str(folder)])

    lines = invoked("embeddings").stdout.splitlines()
    assert [line[:2] for line in lines] == ["* ", "  "]
    assert "0.0 MB  not in models.toml" in lines[1]
    assert "serves" in str(invoked("drop-embeddings", space.version).exception)
    assert "no embeddings" in str(invoked("drop-embeddings", "else-1").exception)
    assert "of gone-1 are removed" in invoked("drop-embeddings", "gone-1").stdout
    with closing(open_storage(folder)) as storage:
        assert list(storage.embeddings.counts()) == [space.version]
        storage.embeddings.set_alias("default", "gone-1")
    refused = invoked("drop-embeddings", space.version)
    assert "is in models.toml" in str(refused.exception)
