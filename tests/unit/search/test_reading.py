"""A search reads each product once, and says where it stops reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import pytest

from lookalike.products import Product
from lookalike.search import looks, ranked_pictures, ranked_products
from lookalike.search.looks import LooksSearch
from lookalike.search.options import SearchOptions
from lookalike.search.ranked_pictures import RankedPictures
from lookalike.search.ranked_products import RankedProducts
from lookalike.search.ranking import Ranking
from lookalike.search.result import SearchResult
from lookalike.storage.embeddings import pack
from lookalike.storage.looks_index import LooksEntry
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_product
from tests.embeddings import FAKE_MODEL, FAKE_MODELS, FakeNetwork, a_catalogue, at_degrees
from tests.fakes import a_picture_file, fake_prepare
from tests.toy_looks import ToyLooks

COLOURS = ("red", "green", "blue")


def on_one_machine(storage: MemoryStorage) -> Ranking:
    return RankedPictures(storage)


def on_aws(storage: MemoryStorage) -> Ranking:
    index = ToyLooks(FAKE_MODEL.space)
    for product in storage.products.get_many(f"entity-{n:06d}" for n in range(90)).values():
        shown = {product.fingerprint_id: pack(at_degrees(int(product.entity_id[-6:])))}
        index.bulk([LooksEntry(product.entity_id, "", product.attributes, shown)])
    return RankedProducts(storage.products, storage.pictures, index)


@pytest.fixture
def storage() -> MemoryStorage:
    """Ninety products in three colours."""
    return a_catalogue({n: a_product(n, attributes={"colour": COLOURS[n % 3]}) for n in range(90)})


@pytest.fixture
def reads(storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often products or pictures are looked up; searches read on in small steps."""
    monkeypatch.setattr(ranked_pictures, "WALKED", (4, 20, 60))
    monkeypatch.setattr(ranked_pictures, "READ_AT_ONCE", 10)
    monkeypatch.setattr(ranked_products, "LIMITS", (4, 20, 91))
    monkeypatch.setattr(ranked_products, "READ_AT_ONCE", 10)
    monkeypatch.setattr(looks, "POOL", 5)
    counted: Counter[str] = Counter()
    showing, by_id = storage.products.showing_each, storage.products.get_many

    def showing_each(names: Sequence[str], limit: int) -> dict[str, Sequence[Product]]:
        counted.update(names)
        return dict(showing(names, limit))

    def get_many(entity_ids: Iterable[str]) -> dict[str, Product]:
        names = list(entity_ids)
        counted.update(names)
        return by_id(names)

    monkeypatch.setattr(storage.products, "showing_each", showing_each)
    monkeypatch.setattr(storage.products, "get_many", get_many)
    return counted


@pytest.mark.parametrize("of", [on_one_machine, on_aws])
def test_should_read_each_product_once_and_say_where_it_stops(
    storage: MemoryStorage,
    reads: Counter[str],
    monkeypatch: pytest.MonkeyPatch,
    of: Callable[[MemoryStorage], Ranking],
) -> None:
    search = LooksSearch(of(storage), FAKE_MODELS, FakeNetwork())

    def ask(top: int) -> SearchResult:
        reads.clear()
        options = SearchOptions(top=top, diversify="attribute:colour")
        return search.by_picture(fake_prepare(a_picture_file(1)), options)

    found = ask(5)
    assert (len(found.products), found.is_cut) == (3, False), "there are no more colours"
    assert set(reads.values()) == {1}
    assert len(reads) == 90
    monkeypatch.setattr(looks, "MAX_READ", 30)
    found = ask(5)
    assert (len(found.products), found.is_cut) == (3, True)
    assert (max(reads.values()), len(reads)) == (1, 30)
    assert not ask(3).is_cut


def test_should_say_that_more_may_fit_than_the_index_ever_finds(
    storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranked_products, "LIMITS", (4, 20))
    search = LooksSearch(on_aws(storage), FAKE_MODELS, FakeNetwork())

    def ask(**options: object) -> SearchResult:
        return search.by_picture(fake_prepare(a_picture_file(1)), SearchOptions(**options))  # type: ignore[arg-type]

    found = ask(top=50)
    assert (len(found.products), found.is_cut) == (20, True)
    assert not ask(top=20).is_cut
    monkeypatch.setattr(ranked_products, "LIMITS", (4, 91))
    assert not ask(top=100).is_cut, "there are no more"
