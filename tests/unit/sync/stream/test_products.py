"""Changes of products reach the index by looks, each once, or come again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from typing_extensions import override

from lookalike.errors import StorageUnavailableError
from lookalike.pictures import Picture
from lookalike.products import ProductImage, ProductState
from lookalike.storage.memory.storage import MemoryPictures, MemoryStorage
from lookalike.storage.synced_index import ChangeOutcome, ChangeState
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.product_sync import ProductSync
from lookalike.sync.stream_batches import RecordApplier
from tests.builders import VERSION, a_fingerprint_id, a_picture, a_product
from tests.embeddings import FAKE_MODEL, embedded_picture
from tests.toy_looks import ToyLooks
from tests.unit.sync.stream.records import (
    ScriptedIndex,
    a_product_record,
    a_record,
    an_embedding_record,
)


class PicturesWithEmbeddings(MemoryPictures):
    """Pictures that are read with their embeddings, as those of a table are."""

    kept: dict[str, Picture]

    @override
    def get_many(self, fingerprint_ids: Iterable[str]) -> dict[str, Picture]:
        return {key: self.kept[key] for key in fingerprint_ids if key in self.kept}


class Looks:
    """A table of products, an index by looks apart from it, and what applies records."""

    def __init__(self) -> None:
        self.table = MemoryStorage(VERSION)
        self.pictures = object.__new__(PicturesWithEmbeddings)
        self.pictures.kept = {}
        self.index = ToyLooks(FAKE_MODEL.space)
        sync = ProductSync(self.table.products, self.pictures, self.index)
        self.applier = RecordApplier(PictureSync(self.table.pictures, ScriptedIndex()), sync)

    def keep(self, *pictures: Picture) -> None:
        self.pictures.kept |= {picture.fingerprint_id: picture for picture in pictures}


@pytest.fixture
def looks() -> Looks:
    """Nothing stored, nothing searchable."""
    return Looks()


def test_should_write_a_product_with_the_embeddings_of_what_it_shows(looks: Looks) -> None:
    blank = ProductImage(None, a_fingerprint_id(3), ProductState.FEATURELESS)
    images = (ProductImage(None, a_fingerprint_id(2)), blank)
    product = replace(a_product(1), further_images=images)
    looks.keep(embedded_picture(1), embedded_picture(2), embedded_picture(3))
    looks.table.products.put_many([product])

    failures = looks.applier.apply([a_product_record(None, product), a_record("REMOVE", "f")])

    assert (failures.transient, failures.permanent) == ({}, {})
    entry = looks.index.entries[product.entity_id]
    assert entry.embeddings.keys() == {a_fingerprint_id(1), a_fingerprint_id(2)}
    assert entry.attributes == product.attributes


def test_should_say_what_is_stored_now_whatever_a_record_says(looks: Looks) -> None:
    product = a_product(1)
    looks.applier.apply([a_product_record(None, product)])
    assert looks.index.entries == {}
    looks.table.products.put_many([product])
    looks.applier.apply([a_product_record(product, None)])
    assert looks.index.entries.keys() == {product.entity_id}


def test_should_have_a_product_without_embeddings_that_nothing_finds(looks: Looks) -> None:
    """Otherwise each reconciliation would read its pictures again."""
    looks.keep(a_picture(1))
    looks.table.products.put_many([a_product(1)])
    looks.applier.apply([a_product_record(None, a_product(1))])
    assert looks.index.entries["entity-000001"].embeddings == {}


def test_should_report_what_the_index_refuses_and_what_comes_again(looks: Looks) -> None:
    products = [a_product(n) for n in (1, 2, 3)]
    looks.table.products.put_many(products)
    refused, busy = (ChangeState.REJECTED, "bad"), (ChangeState.RETRY, "busy")
    looks.index.outcomes["entity-000002"] = ChangeOutcome(*refused)
    looks.index.outcomes["entity-000003"] = ChangeOutcome(*busy)

    failures = looks.applier.apply([a_product_record(None, product) for product in products])

    assert (failures.transient, failures.permanent) == ({2: "busy"}, {1: "bad"})


def test_should_write_a_product_into_the_index_of_each_model(looks: Looks) -> None:
    """What one of them refuses for good comes again as long as another is busy."""
    other = ToyLooks(replace(FAKE_MODEL.space, version="other-1"))
    sync = ProductSync(looks.table.products, looks.pictures, looks.index, other)
    looks.keep(embedded_picture(1), embedded_picture(2))
    looks.table.products.put_many([a_product(1), a_product(2)])
    looks.index.outcomes["entity-000002"] = ChangeOutcome(ChangeState.RETRY, "busy")
    other.outcomes["entity-000002"] = ChangeOutcome(ChangeState.REJECTED, "bad")

    failed = sync.apply(["entity-000001", "entity-000002"])

    assert {key: why.reason for key, why in failed.items()} == {"entity-000002": "busy"}
    here, there = looks.index.entries["entity-000001"], other.entries["entity-000001"]
    assert (len(here.embeddings), len(there.embeddings)) == (1, 0), "of its own version alone"
    assert here.digest != there.digest
    assert sync.compared([a_product(1)]).differing == set()
    looks.index.outcomes.clear()
    assert sync.apply(["entity-000002"]).keys() == {"entity-000002"}
    assert sync.compared([a_product(1), a_product(2)]).differing == {"entity-000002"}


def test_should_keep_a_product_whose_picture_is_damaged(
    looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_self: object, fingerprint_ids: Sequence[str]) -> dict[str, Picture]:
        if a_fingerprint_id(1) in fingerprint_ids:
            raise ValueError("no such codec")
        return {}

    monkeypatch.setattr(PicturesWithEmbeddings, "get_many", damaged)
    products = [a_product(n) for n in (1, 2)]
    looks.table.products.put_many(products)
    failures = looks.applier.apply([a_product_record(None, product) for product in products])
    [(position, reason)] = failures.permanent.items()
    assert position == 0
    assert "The stored picture cannot be read: ValueError: no such codec" in reason
    assert looks.index.entries.keys() == {"entity-000002"}


def test_should_retry_products_alone_where_their_table_does_not_answer(
    looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_ids: object) -> None:
        raise StorageUnavailableError("no answer")

    monkeypatch.setattr(looks.table.products, "get_many", silent)
    records = [a_record("INSERT", "f"), a_product_record(None, a_product(1))]
    assert looks.applier.apply(records).transient == {1: "no answer"}


def test_should_have_an_embedding_come_again_that_could_not_be_noted(looks: Looks) -> None:
    noted: list[str] = []

    def note() -> None:
        noted.append("")
        if len(noted) == 1:
            raise StorageUnavailableError("no answer")

    sync = ProductSync(looks.table.products, looks.pictures, looks.index)
    pictures = PictureSync(looks.table.pictures, ScriptedIndex())
    gained = an_embedding_record([], ["clip-1"])
    records = [a_record("INSERT", "f"), gained, gained]
    applier = RecordApplier(pictures, sync, note)
    assert applier.apply(records).transient == {1: "no answer", 2: "no answer"}
    assert applier.apply(records).transient == {}
    applier.apply(records[:1])
    assert len(noted) == 2, "once for each batch"
    RecordApplier(pictures, None, note).apply(records)
    assert len(noted) == 2, "no index depends on it"


def test_should_pass_over_products_where_no_index_depends_on_them(looks: Looks) -> None:
    applier = RecordApplier(PictureSync(looks.table.pictures, ScriptedIndex()))
    failures = applier.apply([a_product_record(None, a_product(1))])
    assert (failures.transient, failures.permanent) == ({}, {})
