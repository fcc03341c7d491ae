"""Which rows are sent to a service, and which are there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from typing_extensions import override

from lambdas.manage_products.models import ProductAnswer
from lambdas.shared.catalogue.rows import CatalogueRow
from lambdas.shared.http.pictures import PictureSource
from lambdas.shared.pictures import Fingerprint
from scripts.local.catalogue_import import Batch
from scripts.remote import RemoteService
from scripts.remote_import import RemoteImport
from tests.builders import VERSION, a_fingerprint, a_product

PRODUCT = a_product(1)
ROW = CatalogueRow(2, PRODUCT.entity_id, PRODUCT.sku, PRODUCT.image_url or "", PRODUCT.attributes)


class OneProductService(RemoteService):
    """Has one product, and takes any."""

    def __init__(self, fingerprint: Fingerprint | None) -> None:
        super().__init__("http://127.0.0.1:9")
        self._fingerprint = fingerprint

    @override
    def product(self, entity_id: str) -> ProductAnswer:
        return ProductAnswer.of(PRODUCT, self._fingerprint)

    @override
    def put_product(
        self, entity_id: str, sku: str, source: PictureSource, attributes: Mapping[str, str]
    ) -> None:
        assert entity_id == PRODUCT.entity_id


def sent(row: CatalogueRow, fingerprint: Fingerprint | None) -> Batch:
    """What became of the row."""
    batches: list[Batch] = []
    RemoteImport(OneProductService(fingerprint), None, VERSION).run([row], batches.append)
    [batch] = batches
    return batch


def test_should_pass_over_what_is_there_as_it_is() -> None:
    assert sent(ROW, a_fingerprint(1)) == Batch(unchanged=1)


@pytest.mark.parametrize("fingerprint", [a_fingerprint(1, version="older"), None])
def test_should_send_what_is_there_in_another_version(fingerprint: Fingerprint | None) -> None:
    """Its picture cannot be found until the service has computed it anew."""
    assert sent(ROW, fingerprint) == Batch(done=1)


def test_should_send_what_has_changed() -> None:
    assert sent(replace(ROW, sku="another"), a_fingerprint(1)) == Batch(done=1)
