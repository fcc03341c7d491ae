"""Every ranking against the sentences of ``Ranking``: a search answers the same on all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from moto import mock_aws
from opensearchpy import OpenSearch

from lookalike.products import Product, ProductImage, ProductState
from lookalike.search import ranked_pictures, ranked_products
from lookalike.search.looks import LooksSearch
from lookalike.search.options import SearchOptions
from lookalike.search.ranked_pictures import RankedPictures
from lookalike.search.ranked_products import RankedProducts
from lookalike.search.ranking import Ranking
from lookalike.search.result import SearchResult
from lookalike.storage.embeddings import EmbeddingSpace, StorageWithEmbeddings
from lookalike.storage.interfaces import Storage
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.looks import OpenSearchLooks
from lookalike.storage.opensearch.looks_schema import LooksSettings
from lookalike.storage.sqlite.storage import EmbeddedStorage
from lookalike.sync.product_sync import ProductSync
from tests.builders import VERSION, a_product
from tests.contract.storage.moto_dynamodb import StreamedVectors, a_client, a_storage, create_tables
from tests.embeddings import FAKE_MODEL, FAKE_MODELS, FakeNetwork, at_degrees, embedded_picture
from tests.fakes import a_picture_file, fake_prepare
from tests.opensearch import GENEROUS
from tests.toy_looks import ToyLooks

COLOURS = ("red", "green", "blue")


@dataclass
class Catalogue:
    """Products whose pictures are embedded, and what puts them in order."""

    storage: Storage
    ranking: Ranking
    sync: ProductSync | None = None

    def put(self, products: Sequence[Product], pictures: Sequence[int] = ()) -> None:
        """Products, after the pictures of these numbers; the index follows."""
        self.storage.pictures.put_many([embedded_picture(number) for number in pictures])
        self.storage.products.put_many(products)
        self.follow([product.entity_id for product in products])

    def follow(self, entity_ids: Sequence[str]) -> None:
        """What a stream does."""
        if self.sync is not None:
            assert self.sync.apply(entity_ids) == {}

    def search(self, number: int, **options: object) -> SearchResult:
        """What looks like the picture of that number."""
        picture = fake_prepare(a_picture_file(number))
        search = LooksSearch(self.ranking, FAKE_MODELS, FakeNetwork())
        return search.by_picture(picture, SearchOptions(**options))  # type: ignore[arg-type]


@pytest.fixture(
    params=["memory", "embedded", "dynamodb and toy", "dynamodb and two", "dynamodb and opensearch"]
)
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    """An empty catalogue of each kind."""
    kind = request.param
    with ExitStack() as stack:
        if not kind.startswith("dynamodb"):
            storage = MemoryStorage(VERSION) if kind == "memory" else _embedded(tmp_path)
            stack.callback(storage.close)
            yield Catalogue(storage, RankedPictures(storage))
            return
        stack.enter_context(mock_aws())
        client = a_client()
        create_tables(client)
        tables = a_storage(client, StreamedVectors(client))
        index = _opensearch(request) if kind.endswith("opensearch") else ToyLooks(FAKE_MODEL.space)
        others = [ToyLooks(EmbeddingSpace("other-1", 8))] if kind.endswith("two") else []
        ranking = RankedProducts(tables.products, tables.pictures, *others, index)
        sync = ProductSync(tables.products, tables.pictures, *others, index)
        yield Catalogue(tables, ranking, sync)


def _embedded(folder: Path) -> StorageWithEmbeddings:
    return EmbeddedStorage(folder, VERSION)


def _opensearch(request: pytest.FixtureRequest) -> OpenSearchLooks:
    client: OpenSearch = request.getfixturevalue("opensearch")
    base: str = request.getfixturevalue("index_base")
    space = FAKE_MODEL.space
    settings = LooksSettings(replicas=0, dimension=space.dimension)
    IndexAdmin(client, space.version, base).create(settings)
    return OpenSearchLooks(client, space, base, retries=GENEROUS, refresh="true")


@pytest.fixture
def shop(catalogue: Catalogue) -> Catalogue:
    """Products 0 to 89 at as many degrees: thirty styles in three colours."""
    products = [
        a_product(n, sku=f"S{n // 3}-{COLOURS[n % 3]}", attributes={"colour": COLOURS[n % 3]})
        for n in range(90)
    ]
    catalogue.put(products, range(90))
    return catalogue


def ids(result: SearchResult) -> list[str]:
    return [found.product.entity_id for found in result.products]


def named(*numbers: int) -> list[str]:
    return [f"entity-{number:06d}" for number in numbers]


def test_should_list_products_by_cosine(shop: Catalogue) -> None:
    result = shop.search(0, top=50)
    assert ids(result) == named(*range(50))
    assert result.products[0].cosine == pytest.approx(1, abs=1e-3)
    assert {each.value for each in result.facets["colour"]} == set(COLOURS)


def test_should_answer_the_same_as_a_storage_in_memory(shop: Catalogue) -> None:
    memory = MemoryStorage(VERSION)
    memory.pictures.put_many([embedded_picture(n) for n in range(90)])
    memory.products.put_many(list(shop.storage.products.get_many(named(*range(90))).values()))
    expected = Catalogue(memory, RankedPictures(memory))
    for options in (
        {"top": 7},
        {"top": 5, "attributes": frozenset({("colour", "blue")})},
        {"top": 4, "diversify": "style"},
        {"top": 3, "diversify": "attribute:colour", "exclude_skus": {"S0-red"}},
    ):
        one, other = shop.search(0, **options), expected.search(0, **options)
        assert ids(one) == ids(other)
        assert one.facets == other.facets
        assert [each.others for each in one.products] == [each.others for each in other.products]


def test_should_hold_filters_before_the_top(
    shop: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranked_pictures, "WALKED", (2, 3))
    monkeypatch.setattr(ranked_products, "LIMITS", (2, 3, 100))
    red = frozenset({("colour", "red")})
    assert set(ids(shop.search(40, attributes=red, top=5))) == set(named(33, 36, 39, 42, 45))
    assert ids(shop.search(40, attributes=frozenset({("colour", "pink")}))) == []


def test_should_find_a_product_once_by_any_of_its_pictures(catalogue: Catalogue) -> None:
    images = tuple(ProductImage(f"{n}.jpg", a_product(n).fingerprint_id) for n in (20, 2))
    catalogue.put([replace(a_product(1), further_images=images)], [1, 20, 2])
    [found] = catalogue.search(21, attributes=frozenset({("category", "shirts")})).products
    assert (found.image_index, found.image_url) == (1, "20.jpg")


def test_should_find_products_that_share_a_picture(catalogue: Catalogue) -> None:
    shared = a_product(1).fingerprint_id
    catalogue.put([replace(a_product(n), fingerprint_id=shared) for n in (3, 1, 2)], [1])
    assert ids(catalogue.search(1)) == named(1, 2, 3)


def test_should_leave_out_products_whose_picture_shows_nothing(catalogue: Catalogue) -> None:
    blank = a_product(1, state=ProductState.FEATURELESS)
    catalogue.put([blank, a_product(2)], [1, 2])
    assert ids(catalogue.search(1)) == named(2)


def test_should_follow_changes_of_products(shop: Catalogue) -> None:
    moved = replace(a_product(5), fingerprint_id=a_product(80).fingerprint_id)
    shop.put([replace(moved, attributes={"colour": "pink"})])
    assert ids(shop.search(80, attributes=frozenset({("colour", "pink")}))) == named(5)
    assert named(5)[0] not in ids(shop.search(5, top=3))


def test_should_forget_deleted_products_at_once(shop: Catalogue) -> None:
    """Before the index has followed, and after."""
    shop.storage.products.delete(named(40)[0])
    assert named(40)[0] not in ids(shop.search(40, top=5))
    shop.follow(named(40))
    assert named(40)[0] not in ids(shop.search(40, top=5))


def test_should_find_all_that_are_left_when_many_were_deleted(
    shop: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenSearch may look at deleted documents, too, until it merges its segments."""
    monkeypatch.setattr(ranked_products, "LIMITS", (4, 50, 200))
    even = named(*range(0, 90, 2))
    for entity_id in even:
        shop.storage.products.delete(entity_id)
    shop.follow(even)
    assert ids(shop.search(0, top=50)) == named(*range(1, 90, 2))


def test_should_have_the_embeddings_of_stored_pictures(shop: Catalogue) -> None:
    space = FAKE_MODEL.space
    stored = shop.ranking.embedding(space, a_product(7).fingerprint_id)
    assert stored is not None
    assert float(stored @ at_degrees(7)) == pytest.approx(1, abs=1e-3)
    assert shop.ranking.embedding(space, "nothing") is None
    assert shop.ranking.embedding(replace(space, version="x"), a_product(7).fingerprint_id) is None
    assert shop.ranking.product("nobody") is None
    likes = LooksSearch(shop.ranking, FAKE_MODELS, FakeNetwork())
    found = likes.by_product(named(10)[0], SearchOptions(top=2))
    assert set(ids(found)) == set(named(9, 11))
