from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from lookalike.errors import BadParameterError, ImageFeaturelessError, UnknownProductError
from lookalike.products import ProductImage, ProductState
from lookalike.search import looks, ranked_pictures
from lookalike.search.looks import LooksSearch, NotEmbeddedError
from lookalike.search.options import SearchOptions
from lookalike.search.ranked_pictures import RankedPictures
from lookalike.search.result import FacetValue, SearchResult
from lookalike.storage.embeddings import EmbeddingSpace, Likeness, Vector, pack
from lookalike.storage.listing import EVERY_PRODUCT, ProductFilter
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_product
from tests.embeddings import (
    FAKE_MODEL,
    FAKE_MODELS,
    FakeNetwork,
    a_catalogue,
    cosine_of,
    embedded_picture,
)
from tests.fakes import a_picture_file, fake_prepare

COLOURS = ("red", "green", "blue")


def a_shop() -> LooksSearch:
    """Products 0 to 89 at as many degrees: thirty styles in three colours."""
    products = {
        n: a_product(n, sku=f"S{n // 3}-{COLOURS[n % 3]}", attributes={"colour": COLOURS[n % 3]})
        for n in range(90)
    }
    return LooksSearch(RankedPictures(a_catalogue(products)), FAKE_MODELS, FakeNetwork())


def ask(search: LooksSearch, number: int = 1, **options: object) -> SearchResult:
    picture = fake_prepare(a_picture_file(number))
    return search.by_picture(picture, SearchOptions(**options))  # type: ignore[arg-type]


def ids(result: SearchResult) -> list[str]:
    return [found.product.entity_id for found in result.products]


def named(numbers: Sequence[int]) -> list[str]:
    return [f"entity-{number:06d}" for number in numbers]


def test_should_list_products_by_cosine() -> None:
    result = ask(a_shop(), 40, top=3)
    assert set(ids(result)) == set(named([39, 40, 41]))
    cosines = [found.cosine for found in result.products]
    assert cosines == pytest.approx([1, cosine_of(1), cosine_of(1)], abs=1e-3)
    assert (result.model, result.version) == ("fake", "fake-1")
    assert result.products[0].percentage is None


def test_should_hold_filters_and_exclusions_before_the_top(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    red = {"attributes": frozenset({("colour", "red")}), "top": 5}
    walked = ids(ask(a_shop(), 40, **red))
    monkeypatch.setattr(ranked_pictures, "WALKED", (2, 3))
    filtered = ids(ask(a_shop(), 40, **red))
    assert walked == filtered
    assert set(walked) == set(named([33, 36, 39, 42, 45]))
    assert ids(
        ask(a_shop(), 40, top=1, exclude_entity_ids={"entity-000040"}, exclude_skus={"S13-red"})
    ) == ["entity-000041"]
    assert ids(ask(a_shop(), attributes=frozenset({("colour", "pink")}))) == []


def test_should_read_on_until_there_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranked_pictures, "WALKED", (2, 3))
    assert ids(ask(a_shop(), 0, top=50)) == named(range(50))


def test_should_keep_the_order_where_a_longer_search_finds_what_a_shorter_one_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The nearest are chosen by signs first, and more of them are looked at for longer answers."""
    storage = a_catalogue({n: a_product(n) for n in range(30)})
    all_of_them = storage.embeddings.nearest

    def nearest(space: EmbeddingSpace, query: Vector, limit: int, *_: object) -> list[Likeness]:
        found = all_of_them(space, query, limit + 1)
        return found[1:] if limit < 10 else found[:limit]

    monkeypatch.setattr(storage.embeddings, "nearest", nearest)
    monkeypatch.setattr(ranked_pictures, "WALKED", (4, 20))
    found = ask(LooksSearch(RankedPictures(storage), FAKE_MODELS, FakeNetwork()), 0, top=8)
    assert ids(found) == named(range(8))


def test_should_put_a_rare_filter_to_the_storage_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    products = {n: a_product(n, attributes={"rare": str(n == 25)}) for n in range(30)}
    storage, asked = a_catalogue(products), list[tuple[int, bool]]()
    all_of_them = storage.embeddings.nearest

    def nearest(
        space: EmbeddingSpace, query: Vector, limit: int, wanted: ProductFilter = EVERY_PRODUCT
    ) -> list[Likeness]:
        asked.append((limit, wanted == EVERY_PRODUCT))
        return all_of_them(space, query, limit, wanted)

    monkeypatch.setattr(storage.embeddings, "nearest", nearest)
    monkeypatch.setattr(ranked_pictures, "WALKED", (4, 20))
    search = LooksSearch(RankedPictures(storage), FAKE_MODELS, FakeNetwork())
    rare = frozenset({("rare", "True")})
    assert ids(ask(search, 0, attributes=rare)) == named([25])
    assert asked == [(4, True), (256, False)]


@pytest.mark.parametrize(
    ("diversify", "expected", "others"),
    [
        ("style", [1, 3, 6], [2, 2, 2]),
        ("sku", [1, 0, 2], [0, 0, 0]),
        ("attribute:colour", [1, 0, 2], [29, 29, 29]),
        ("attribute:cut", [1, 0, 2], [0, 0, 0]),
        ("picture", [1, 0, 2], [0, 0, 0]),
    ],
)
def test_should_show_one_product_of_each_group(
    diversify: str, expected: list[int], others: list[int]
) -> None:
    result = ask(a_shop(), 1, top=3, diversify=diversify)
    assert sorted(ids(result)) == sorted(named(expected))
    assert [found.others for found in result.products] == others


def test_should_count_the_attributes_of_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "POOL", 4)
    facets = ask(a_shop(), 0, top=1).facets
    assert facets == {
        "colour": [FacetValue("red", 2), FacetValue("blue", 1), FacetValue("green", 1)]
    }


def test_should_search_with_a_stored_product_and_leave_it_out() -> None:
    search = a_shop()
    assert set(ids(search.by_product("entity-000010", SearchOptions(top=2)))) == set(named([9, 11]))
    with pytest.raises(UnknownProductError):
        search.by_product("nobody", SearchOptions())


def test_should_say_that_a_product_is_not_embedded_yet() -> None:
    storage = a_catalogue({1: a_product(1)})
    storage.embeddings.drop("fake-1")
    search = LooksSearch(RankedPictures(storage), FAKE_MODELS, FakeNetwork())
    with pytest.raises(NotEmbeddedError, match="has no embedding of the model 'fake' yet"):
        search.by_product("entity-000001", SearchOptions())


def with_two_pictures(storage: MemoryStorage, state: ProductState) -> LooksSearch:
    """Product 1, whose main picture shows nothing, and whose other one is that of number 30."""
    storage.pictures.put_many([embedded_picture(30)])
    further = ProductImage(None, a_product(30).fingerprint_id, state)
    blank = a_product(1, state=ProductState.FEATURELESS)
    storage.products.put_many([replace(blank, further_images=(further,))])
    return LooksSearch(RankedPictures(storage), FAKE_MODELS, FakeNetwork())


def test_should_search_with_the_first_picture_that_shows_something() -> None:
    storage = a_catalogue({n: a_product(n) for n in (1, 2, 29)})
    search = with_two_pictures(storage, ProductState.ACTIVE)
    found = search.by_product("entity-000001", SearchOptions(top=1))
    assert (ids(found), found.query_image_index) == (named([29]), 1), "and say so"
    assert search.by_product("entity-000002", SearchOptions()).query_image_index == 0
    assert ask(search).query_image_index is None


def test_should_search_with_a_picture_that_the_model_does_not_refuse() -> None:
    storage = a_catalogue({n: a_product(n) for n in (1, 2, 29)})
    search = with_two_pictures(storage, ProductState.ACTIVE)
    [product] = storage.products.get_many(["entity-000001"]).values()
    storage.products.put_many([replace(product, state=ProductState.ACTIVE)])
    others = {
        n: storage.embeddings.get(FAKE_MODEL.space, a_product(n).fingerprint_id) for n in (29, 30)
    }
    storage.embeddings.drop("fake-1")
    packed = {
        a_product(n).fingerprint_id: pack(found) for n, found in others.items() if found is not None
    }
    storage.embeddings.add("fake-1", packed)
    storage.embeddings.refuse("fake-1", {product.fingerprint_id: "Not this one."})
    assert ids(search.by_product("entity-000001", SearchOptions(top=1))) == named([29])


def test_should_refuse_a_product_of_which_no_picture_shows_anything() -> None:
    search = with_two_pictures(a_catalogue({1: a_product(1)}), ProductState.FEATURELESS)
    with pytest.raises(ImageFeaturelessError, match="No picture of 'entity-000001' shows enough"):
        search.by_product("entity-000001", SearchOptions())


def test_should_leave_out_products_whose_picture_shows_nothing() -> None:
    blank = a_product(1, state=ProductState.FEATURELESS)
    storage = a_catalogue({1: blank, 2: a_product(2)})
    search = LooksSearch(RankedPictures(storage), FAKE_MODELS, FakeNetwork())
    assert ids(ask(search)) == ["entity-000002"]


def test_should_forget_deleted_products_at_once() -> None:
    storage = a_catalogue({1: a_product(1), 2: a_product(2)})
    search = LooksSearch(RankedPictures(storage), FAKE_MODELS, FakeNetwork())
    storage.products.delete("entity-000001")
    assert ids(ask(search)) == ["entity-000002"]
    storage.pictures.put_many([embedded_picture(7)])
    storage.products.put_many([a_product(7)])
    assert ids(ask(search)) == ["entity-000002", "entity-000007"]


@pytest.mark.parametrize(
    "options",
    [{"top": 0}, {"top": 101}, {"diversify": "colour"}, {"diversify": "attribute:"}],
)
def test_should_refuse_what_no_search_can_use(options: dict[str, object]) -> None:
    with pytest.raises(BadParameterError):
        SearchOptions(**options)  # type: ignore[arg-type]


def test_should_refuse_an_unknown_model() -> None:
    with pytest.raises(BadParameterError, match="There is no model 'clip'"):
        ask(a_shop(), model="clip")


def test_should_find_a_product_once_by_any_of_its_pictures() -> None:
    images = tuple(ProductImage(f"{n}.jpg", a_product(n).fingerprint_id) for n in (20, 2))
    storage = a_catalogue({1: replace(a_product(1), further_images=images)})
    storage.pictures.put_many([embedded_picture(20), embedded_picture(2)])
    search = LooksSearch(RankedPictures(storage), FAKE_MODELS, FakeNetwork())
    [found] = ask(search, 21, attributes=frozenset({("category", "shirts")})).products
    assert (found.image_index, found.image_url) == (1, "20.jpg")
