"""A listed product as a row of an export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lookalike.api.products.image_models import ListedImage
from lookalike.api.products.models import ListedProduct
from lookalike.catalogue.exports.columns import FURTHER_IMAGES


def export_row(product: ListedProduct, columns: Sequence[str]) -> dict[str, Any]:
    """The values of a product; further images have the columns of the main one as keys."""
    keys = {*columns} & {*ListedImage.model_fields}
    further = [image.model_dump(mode="json", include=keys) for image in product.images[1:]]
    return {name: further if name == FURTHER_IMAGES else getattr(product, name) for name in columns}
