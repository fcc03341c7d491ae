"""A catalogue for programs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import lookalike
from lookalike import Catalogue, NewProduct, fingerprint_of
from lookalike.errors import (
    BadParameterError,
    ImageFeaturelessError,
    ImageNotFoundError,
    UnknownProductError,
)
from lookalike.pictures import Fingerprint
from lookalike.python_api import open_catalogue
from lookalike.python_api.pictures import AnyPicture

SAMPLE = Path(__file__).parents[3] / "sample"
PHOTOS = sorted((SAMPLE / "photos").glob("*.jpg"))[:6]


@pytest.fixture
def catalogue() -> Catalogue:
    """An empty one in memory."""
    return Catalogue()


@pytest.mark.parametrize(
    "form", ["path", "text", "bytes", "bytearray", "memoryview", "image", "fingerprint"]
)
def test_should_add_and_find_a_picture_in_every_form(catalogue: Catalogue, form: str) -> None:
    path = PHOTOS[0]
    with Image.open(path) as image:
        forms: dict[str, AnyPicture | Fingerprint] = {
            "path": path,
            "text": str(path),
            "bytes": path.read_bytes(),
            "bytearray": bytearray(path.read_bytes()),
            "memoryview": memoryview(path.read_bytes()),
            "image": image,
            "fingerprint": fingerprint_of(path),
        }
        product = catalogue.add("a", forms[form], sku="S", attributes={"seller": "x"})
    assert (product.sku, product.attributes) == ("S", {"seller": "x"})
    assert product.image_url == (str(path) if form in {"path", "text"} else None)
    [match] = catalogue.check(path).matches
    assert (match.product, match.match_percentage > 99) == (product, True)


def test_should_leave_the_pillow_image_of_the_caller_as_it_is(catalogue: Catalogue) -> None:
    with Image.open(PHOTOS[0]) as image:
        before = (image.size, image.mode)
        catalogue.add("a", image)
        assert (image.size, image.mode) == before
        image.load()


def test_should_turn_a_pillow_image_upright_by_its_exif() -> None:
    """As it does with the bytes of the same file."""
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(PHOTOS[0]) as photo:
        file = BytesIO()
        photo.save(file, "PNG", exif=exif)
    with Image.open(file) as image:
        assert fingerprint_of(image) == fingerprint_of(file.getvalue())


def test_should_keep_a_catalogue_in_its_folder(tmp_path: Path) -> None:
    with Catalogue(tmp_path / "shop") as catalogue:
        catalogue.add("a", PHOTOS[0])
    with Catalogue(tmp_path / "shop") as catalogue:
        assert [product.entity_id for product in catalogue] == ["a"]
        assert catalogue.check(PHOTOS[0]).is_duplicate


def test_should_add_many_and_report_what_is_refused(catalogue: Catalogue) -> None:
    products = [NewProduct(f"p{n}", path) for n, path in enumerate(PHOTOS)]
    refused = [NewProduct("gone", "gone.jpg"), NewProduct("", PHOTOS[0]), NewProduct("b", b"no")]
    report = catalogue.add_many([*products, *refused])
    assert (report.added, report.unchanged) == (len(PHOTOS), 0)
    codes = [(refusal.entity_id, refusal.code) for refusal in report.refused]
    assert codes == [
        ("gone", "image_not_found"),
        ("", "bad_parameter"),
        ("b", "image_unsupported"),
    ]
    assert sorted(product.entity_id for product in catalogue) == [p.entity_id for p in products]


def test_should_change_nothing_when_the_same_is_added_again(catalogue: Catalogue) -> None:
    mapping = {path.stem: path for path in PHOTOS}
    assert catalogue.add_many(mapping).added == len(PHOTOS)
    report = catalogue.add_many(mapping)
    assert (report.added, report.unchanged, len(catalogue)) == (0, len(PHOTOS), len(PHOTOS))


def test_should_show_progress_on_request(
    catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue.add_many({"a": PHOTOS[0]}, progress=True)
    assert capsys.readouterr().out == "", "the bar is on standard error, and on terminals alone"


def test_should_iterate_over_more_products_than_a_page_has(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_catalogue, "PAGE", 2)
    catalogue.add_many({str(number): path for number, path in enumerate(PHOTOS)})
    assert [product.entity_id for product in catalogue] == [str(n) for n in range(len(PHOTOS))]


def test_should_remove_a_product(catalogue: Catalogue) -> None:
    catalogue.add("a", PHOTOS[0])
    assert "a" in catalogue
    catalogue.remove("a")
    assert "a" not in catalogue
    assert catalogue.get("a") is None
    assert not catalogue.check(PHOTOS[0]).matches
    with pytest.raises(UnknownProductError, match="'a'"):
        catalogue.remove("a")


def test_should_restrict_a_check_to_wanted_products(catalogue: Catalogue) -> None:
    for entity_id, sku, seller in (("a", "S", "x"), ("b", "T", "x"), ("c", "U", "y")):
        catalogue.add(entity_id, PHOTOS[0], sku=sku, attributes={"seller": seller})
    result = catalogue.check(PHOTOS[0], top=9, exclude_skus=["T"], attributes={"seller": "x"})
    assert [match.product.entity_id for match in result.matches] == ["a"]
    others = catalogue.check(PHOTOS[0], top=9, exclude_entity_ids=["a"]).matches
    assert [match.product.entity_id for match in others] == ["b", "c"]


def test_should_list_the_products_that_meet_every_condition(catalogue: Catalogue) -> None:
    for entity_id, sku, seller in (("a", "S", "x"), ("b", "T", "x"), ("c", "S", "y")):
        catalogue.add(entity_id, PHOTOS[0], sku=sku, attributes={"seller": seller})
    assert [p.entity_id for p in catalogue.products(sku="S")] == ["a", "c"]
    assert [p.entity_id for p in catalogue.products(attributes={"seller": "x"})] == ["a", "b"]
    assert [p.entity_id for p in catalogue.products(sku="S", text="X")] == ["a"]
    with pytest.raises(BadParameterError, match="text must be"):
        catalogue.products(text=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entity_id", "sku", "attributes", "flaw"),
    [
        ("", "", {}, "empty"),
        ("x" * 257, "", {}, "more than 256"),
        ("..", "", {}, "must not be"),
        ("a\n", "", {}, "control character"),
        ("a", "x" * 257, {}, "sku has more than 256"),
        ("a", "\0", {}, "cannot be stored"),
        ("a", "", {"": "x"}, "empty"),
        ("a", "", {"k": "x" * 1001}, "k has more than 1000"),
        ("a", "", {str(n): "x" for n in range(51)}, "at most 50"),
    ],
)
def test_should_refuse_what_cannot_be_stored(
    catalogue: Catalogue, entity_id: str, sku: str, attributes: dict[str, str], flaw: str
) -> None:
    with pytest.raises(BadParameterError, match=flaw):
        catalogue.add(entity_id, PHOTOS[0], sku=sku, attributes=attributes)
    assert len(catalogue) == 0


def test_should_say_why_a_picture_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(ImageNotFoundError, match=r"nothing\.jpg"):
        catalogue.check("nothing.jpg")
    with pytest.raises(ImageFeaturelessError):
        catalogue.check(Image.new("RGB", (300, 300), "white"))


def test_should_name_everything_that_it_exports() -> None:
    for name in lookalike.__all__:
        assert getattr(lookalike, name).__name__ == name
    with pytest.raises(AttributeError, match="nothing_of_ours"):
        lookalike.nothing_of_ours  # noqa: B018


def test_should_list_everything_that_it_exports() -> None:
    assert {*lookalike.__all__, "__version__"} <= set(dir(lookalike))
