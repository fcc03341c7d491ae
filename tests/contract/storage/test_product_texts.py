from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.errors import BadParameterError
from lookalike.products import Product
from lookalike.storage.interfaces import Storage
from tests.builders import a_fingerprint_id, a_product
from tests.contract.storage.conftest import Reopen


def test_should_order_entity_ids_by_code_point(storage: Storage, reopen: Reopen) -> None:
    ids = ["a", "B", "ä", "a\0b", "a\0", "😀", "\uffff", "10", "9"]
    shared = a_fingerprint_id(0)
    storage.products.put_many([a_product(entity_id=key, fingerprint_id=shared) for key in ids])

    shown = [product.entity_id for product in reopen(storage).products.showing(shared)]

    assert shown == sorted(ids)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(entity_id=texts.filter(bool), sku=texts, attributes=st.dictionaries(texts, texts))
def test_should_keep_any_unicode(
    storage: Storage, entity_id: str, sku: str, attributes: dict[str, str]
) -> None:
    product = a_product(entity_id=entity_id, sku=sku, attributes=attributes)

    storage.products.put_many([product])

    assert storage.products.get_many([entity_id]) == {entity_id: product}
    assert product in list(storage.products.showing(product.fingerprint_id))


LONE = "\ud800"


@pytest.mark.parametrize(
    "product",
    [
        a_product(entity_id=LONE),
        a_product(sku=f"a{LONE}"),
        a_product(attributes={LONE: "a"}),
        a_product(attributes={"a": LONE}),
        a_product(fingerprint_id=LONE),
        a_product(source_revision=LONE),
        replace(a_product(), image_url=LONE),
    ],
)
def test_should_refuse_lone_surrogates_and_write_nothing(
    storage: Storage, reopen: Reopen, product: Product
) -> None:
    with pytest.raises(BadParameterError, match="surrogate"):
        storage.products.put_many([a_product(7), product])

    assert reopen(storage).products.count() == 0


def test_should_refuse_to_search_for_lone_surrogates(storage: Storage) -> None:
    with pytest.raises(BadParameterError):
        storage.products.get_many([LONE])
    with pytest.raises(BadParameterError):
        storage.products.delete(LONE)
    with pytest.raises(BadParameterError):
        list(storage.products.showing(LONE))
