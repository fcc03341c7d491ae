"""Checks the arguments of the Python API, which programs may call without a type checker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike, fsdecode
from os.path import expanduser
from pathlib import Path

from lookalike.catalogue.product_limits import MAX_IMAGES, is_storable
from lookalike.decisions import DecisionKind
from lookalike.duplicates.grouping import MIN_LEAST
from lookalike.errors import BadParameterError
from lookalike.matching.check import CheckOptions
from lookalike.matching.check_limits import require_min_match
from lookalike.matching.effort import Effort
from lookalike.pictures import Fingerprint
from lookalike.products import Product, ProductImage
from lookalike.python_api.new_products import NewProduct
from lookalike.python_api.pictures import AnyPicture
from lookalike.storage.listing import ProductFilter


def check_options(  # noqa: PLR0913 - one argument per option
    *,
    top: int,
    min_match: float,
    exclude_entity_ids: Iterable[str],
    exclude_skus: Iterable[str],
    attributes: Mapping[str, str],
    effort: str,
) -> CheckOptions:
    """The options of a check.

    Raises:
        BadParameterError: one is of another type, out of range, or unknown.
    """
    require_attributes(attributes)
    return CheckOptions(
        top=top,
        min_match=min_match,
        exclude_entity_ids=_texts("exclude_entity_ids", exclude_entity_ids),
        exclude_skus=_texts("exclude_skus", exclude_skus),
        attributes=frozenset(attributes.items()),
        effort=Effort.of(effort),
    )


def product_filter(attributes: Mapping[str, str], sku: str | None, text: str) -> ProductFilter:
    """The conditions of a listing.

    Raises:
        BadParameterError: one is of another type.
    """
    require_attributes(attributes)
    if sku is not None:
        require_text("sku", sku)
    require_text("text", text)
    return ProductFilter(frozenset(attributes.items()), sku, text)


def folder_path(folder: object) -> Path:
    """The path of a folder; ``~`` stands for the home folder.

    Raises:
        BadParameterError: it is no path, or a web address.
    """
    if not isinstance(folder, (str, PathLike)) or "://" in fsdecode(folder):
        raise BadParameterError(
            f"folder must be the path of a folder on this machine, not {folder!r}. A running "
            "service is asked by HTTP."
        )
    return Path(expanduser(fsdecode(folder)))  # noqa: PTH111 - Path's own raises for unknown users


def new_products(
    products: Iterable[NewProduct] | Mapping[str, AnyPicture | Fingerprint],
) -> Iterator[NewProduct]:
    """Products that are given as an iterable or as a mapping of ids to pictures, read lazily.

    Raises:
        BadParameterError: they are given as something else.
    """
    if isinstance(products, (str, bytes, PathLike)) or not isinstance(products, Iterable):
        raise BadParameterError(
            "products must be an iterable of NewProduct, or a mapping of ids to pictures, not "
            f"{type(products).__name__}."
        )
    if isinstance(products, Mapping):
        return (NewProduct(entity_id, picture) for entity_id, picture in products.items())
    return iter(products)


def require_texts(product: NewProduct) -> None:
    """Refuse a product with an id, a sku, an address or an attribute that is no text.

    Raises:
        BadParameterError: one of them is of another type.
    """
    require_text("entity_id", product.entity_id)
    require_text("sku", product.sku)
    if product.image_url is not None:
        require_text("image_url", product.image_url)
    require_attributes(product.attributes)


def image_of(product: Product, index: int) -> ProductImage:
    """One of the images of a product.

    Raises:
        BadParameterError: there is none at this index.
    """
    require_type("image_index", index, int)
    if not 0 <= index < len(product.images):
        raise BadParameterError(
            f"image_index must be 0 to {len(product.images) - 1} for {product.entity_id!r}, not "
            f"{index}."
        )
    return product.images[index]


def require_further_pictures(pictures: object) -> None:
    """Refuse what is no list of pictures, and one that is too long.

    Raises:
        BadParameterError: it is of another type, such as one picture; or there are too many.
    """
    if isinstance(pictures, (str, bytes, bytearray)) or not isinstance(pictures, Sequence):
        raise BadParameterError(
            f"further_pictures must be a list of pictures, not {type(pictures).__name__}."
        )
    if len(pictures) >= MAX_IMAGES:
        raise BadParameterError(
            f"further_pictures has {len(pictures)} pictures: a product has at most {MAX_IMAGES}, "
            "the main one included."
        )


def require_attributes(attributes: Mapping[str, str]) -> None:
    """Refuse attributes that do not map texts to texts.

    Raises:
        BadParameterError: they are of another type.
    """
    require_type("attributes", attributes, Mapping)
    for name, value in attributes.items():
        require_text("An attribute's name", name)
        require_text(f"The attribute {name!r}", value)


def require_linking(min_match: float) -> None:
    """Refuse a percentage from which no two pictures can be linked.

    Raises:
        BadParameterError: it is no number from 50 to 100.
    """
    require_min_match(min_match)
    if min_match < 100 * MIN_LEAST:
        raise BadParameterError(f"min_match must be a number from 50 to 100, not {min_match!r}.")


def require_text(name: str, value: object) -> None:
    """Refuse a value that is no ``str``.

    Raises:
        BadParameterError: it is of another type.
    """
    require_type(name, value, str)


def require_type(name: str, value: object, kind: type) -> None:
    """Refuse a value of another type.

    Raises:
        BadParameterError: it is of another type.
    """
    if not isinstance(value, kind):
        raise BadParameterError(
            f"{name} must be of the type {kind.__name__}, not {type(value).__name__}."
        )


def _texts(name: str, values: Iterable[str]) -> frozenset[str]:
    """Texts of an iterable. One ``str`` is refused: it would be taken for its letters."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise BadParameterError(f"{name} must be a list of texts, not {type(values).__name__}.")
    texts = list(values)
    for text in texts:
        require_text(f"Each of {name}", text)
    return frozenset(texts)


def require_note(name: str, text: object, max_length: int) -> None:
    """Refuse what is no text, or one that is not kept; an empty one is.

    Raises:
        BadParameterError: it is of another type, too long, or has a character that is not stored.
    """
    if not isinstance(text, str) or len(text) > max_length or not is_storable(text):
        raise BadParameterError(
            f"{name} must be a text of at most {max_length:,} characters without NUL."
        )


def decision_kind(name: object) -> DecisionKind:
    """What is decided.

    Raises:
        BadParameterError: there is no such decision.
    """
    for kind in DecisionKind:
        if kind == name:
            return kind
    raise BadParameterError(f"decision must be one of {', '.join(DecisionKind)}, not {name!r}.")
