"""What a catalogue keeps, lets go of, and does in several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lookalike import Catalogue, NewProduct, compare, fingerprint_of
from lookalike.errors import StorageInvalidError, UnknownProductError
from lookalike.python_api.adding import BATCH
from lookalike.verification.classifier import Classifier

PHOTOS = sorted((Path(__file__).parents[3] / "sample" / "photos").glob("*.jpg"))[:4]
FIRST = PHOTOS[0]


@pytest.fixture(params=["memory", "folder"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Catalogue:
    """An empty one of each kind."""
    return Catalogue() if request.param == "memory" else Catalogue(tmp_path)


def test_should_be_true_even_where_it_is_empty(catalogue: Catalogue) -> None:
    assert (bool(catalogue), len(catalogue)) == (True, 0)


def test_should_describe_itself(tmp_path: Path) -> None:
    with Catalogue(tmp_path) as catalogue:
        catalogue.add_many({"a": FIRST, "b": FIRST})
        assert repr(catalogue) == f"<Catalogue in {tmp_path}: products 2, pictures 1>"
    assert repr(catalogue) == f"<Catalogue in {tmp_path}: closed>"
    assert repr(Catalogue()) == "<Catalogue in memory: products 0, pictures 0>"


def test_should_give_the_stored_fingerprint_of_a_product(catalogue: Catalogue) -> None:
    catalogue.add("a", FIRST)
    assert catalogue.fingerprint("a") == fingerprint_of(FIRST)
    with pytest.raises(UnknownProductError, match="entity_id 'b' in the catalogue"):
        catalogue.fingerprint("b")


def test_should_sweep_pictures_that_no_product_shows(catalogue: Catalogue) -> None:
    for entity_id, photo in (("a", FIRST), ("b", FIRST), ("c", PHOTOS[1]), ("c", PHOTOS[2])):
        catalogue.add(entity_id, photo)
    catalogue.remove("a")
    assert catalogue.sweep() == 1, "the picture that c showed before"
    catalogue.remove("b")
    assert (catalogue.sweep(), catalogue.sweep()) == (1, 0)
    assert [product.entity_id for product in catalogue] == ["c"]
    assert catalogue.check(PHOTOS[2]).is_duplicate


@pytest.mark.parametrize(
    "use",
    [
        lambda catalogue: catalogue.add("a", FIRST),
        lambda catalogue: catalogue.add_many({"a": FIRST}),
        lambda catalogue: catalogue.check(FIRST),
        lambda catalogue: catalogue.get("a"),
        lambda catalogue: catalogue.fingerprint("a"),
        lambda catalogue: catalogue.remove("a"),
        lambda catalogue: catalogue.sweep(),
        list,
        len,
        lambda catalogue: "a" in catalogue,
    ],
)
def test_should_refuse_every_use_after_it_was_closed(
    catalogue: Catalogue, use: Callable[[Catalogue], object]
) -> None:
    catalogue.close()
    with pytest.raises(StorageInvalidError, match="closed"):
        use(catalogue)
    catalogue.close()


def test_should_be_usable_from_several_threads(catalogue: Catalogue) -> None:
    def add_and_find(number: int) -> str:
        catalogue.add(f"p{number}", PHOTOS[number])
        [match] = catalogue.check(PHOTOS[number]).matches
        return match.product.entity_id

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(add_and_find, range(4))) == ["p0", "p1", "p2", "p3"]
    assert len(catalogue) == 4


def test_should_read_products_lazily(catalogue: Catalogue) -> None:
    fingerprint = fingerprint_of(FIRST)
    stored_at: list[int] = []

    def products() -> Iterator[NewProduct]:
        for number in range(4 * BATCH):
            stored_at.append(len(catalogue))
            yield NewProduct(str(number), fingerprint)

    assert catalogue.add_many(products()).added == 4 * BATCH
    assert stored_at[0] == 0
    assert stored_at[-1] >= BATCH, "the last is read when the first are stored"


def test_should_keep_the_batches_before_an_iterable_fails(catalogue: Catalogue) -> None:
    fingerprint = fingerprint_of(FIRST)

    def products() -> Iterator[NewProduct]:
        for number in range(3 * BATCH):
            yield NewProduct(str(number), fingerprint)
        raise OSError("the export ended early")

    with pytest.raises(OSError, match="ended early"):
        catalogue.add_many(products())
    assert len(catalogue) >= BATCH


def test_should_show_the_progress_of_products_without_a_length(catalogue: Catalogue) -> None:
    products = (NewProduct(photo.stem, photo) for photo in PHOTOS[:2])
    assert catalogue.add_many(products, progress=True).added == 2


def test_should_load_the_classifier_once_for_all_comparisons_and_catalogues(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = compare(FIRST, FIRST)
    assert 99 < first.match_percentage <= 100 * first.probability
    monkeypatch.setattr(Classifier, "shipped", lambda: pytest.fail("it is loaded again"))
    assert compare(FIRST, FIRST) == first
    catalogue = Catalogue()
    catalogue.add("a", FIRST)
    assert catalogue.check(FIRST).is_duplicate
