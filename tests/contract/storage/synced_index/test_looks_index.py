"""Every index of products by looks against the sentences of ``LooksIndex``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from opensearchpy import OpenSearch

from lookalike.storage.embeddings import EmbeddingSpace, Quantisation, Vector, pack
from lookalike.storage.listing import ProductFilter
from lookalike.storage.looks_index import LooksEntry, LooksIndex, LooksRemoval
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.looks import OpenSearchLooks
from lookalike.storage.opensearch.looks_schema import LooksSettings, index_version, serverless_looks
from lookalike.storage.synced_index import APPLIED, ChangeState
from tests.embeddings import at_degrees, cosine_of
from tests.opensearch import GENEROUS
from tests.toy_looks import ToyLooks

SPACE = EmbeddingSpace("fake-1", 8)
RED = ProductFilter(attributes=frozenset({("colour", "red")}))


@pytest.fixture(params=["toy", "opensearch", "opensearch, bytes", "opensearch, serverless"])
def index(request: pytest.FixtureRequest) -> Iterator[LooksIndex]:
    """An empty index of each kind."""
    if request.param == "toy":
        yield ToyLooks(SPACE)
        return
    client: OpenSearch = request.getfixturevalue("opensearch")
    base: str = request.getfixturevalue("index_base")
    space = replace(SPACE, quantisation=Quantisation.INT8) if "bytes" in request.param else SPACE
    settings = LooksSettings.of(space, replicas=0)
    if request.param.endswith("serverless"):
        # Without a graph: the server of tests lacks the library that builds one.
        settings = replace(serverless_looks(SPACE), replicas=0, approximate_threshold=-1)
    IndexAdmin(client, index_version(space), base).create(settings)
    yield OpenSearchLooks(client, space, base, retries=GENEROUS, refresh="true")


def an_entry(number: int, *degrees: float, colour: str = "red", digest: str = "d") -> LooksEntry:
    embeddings = {f"picture-{each}": pack(at_degrees(each)) for each in degrees or (number,)}
    attributes = {"colour": colour, "number": str(number)}
    return LooksEntry(f"p{number:03}", digest, attributes, embeddings)


def found(index: LooksIndex, query: Vector, limit: int = 3) -> list[str]:
    return [each.entity_id for each in index.nearest(query, limit)]


def test_should_find_products_by_their_pictures(index: LooksIndex) -> None:
    entries = [an_entry(1, 10, 80), an_entry(2, 14), an_entry(3, 30), an_entry(4, 90, 125)]
    assert index.bulk(entries) == [APPLIED] * 4

    nearest = index.nearest(at_degrees(75), 4)

    assert [(each.entity_id, each.fingerprint_id) for each in nearest] == [
        ("p001", "picture-80"),
        ("p004", "picture-90"),
        ("p003", "picture-30"),
        ("p004", "picture-125"),
    ]
    cosines = [each.cosine for each in nearest]
    assert cosines == pytest.approx([cosine_of(d) for d in (5, 15, 45, 50)], abs=5e-3)
    assert index.count() == 4


def test_should_hold_conditions_before_products_are_chosen(index: LooksIndex) -> None:
    index.bulk([an_entry(n, colour="red" if n % 25 == 0 else "blue") for n in range(90)])
    both = ProductFilter(attributes=frozenset({("colour", "red"), ("number", "50")}))
    none = ProductFilter(attributes=frozenset({("colour", "red"), ("number", "51")}))

    reds = index.nearest(at_degrees(45), 3, RED)

    assert [each.entity_id for each in reds] == ["p050", "p025", "p075"]
    assert [each.entity_id for each in index.nearest(at_degrees(45), 3, both)] == ["p050"]
    assert index.nearest(at_degrees(45), 3, none) == []


def test_should_replace_a_product_as_a_whole(index: LooksIndex) -> None:
    index.bulk([an_entry(1, 10, 80), an_entry(2, 40)])
    index.bulk([an_entry(1, 10, colour="blue", digest="new")])

    assert found(index, at_degrees(80)) == ["p002", "p001"]
    index.bulk([an_entry(2, 40, 50, 60), LooksRemoval("p001")])
    assert found(index, at_degrees(80)) == ["p002"] * 3
    index.bulk([an_entry(2, 40), an_entry(1, 10, colour="blue", digest="new")])
    assert found(index, at_degrees(80)) == ["p002", "p001"]
    assert [each.entity_id for each in index.nearest(at_degrees(80), 3, RED)] == ["p002"]
    assert index.digests(["p001", "p002", "p009"]) == {"p001": "new", "p002": "d"}


def test_should_remove_products_that_are_there_or_not(index: LooksIndex) -> None:
    index.bulk([an_entry(1), an_entry(2)])
    outcomes = index.bulk([LooksRemoval("p001"), LooksRemoval("p007"), an_entry(3), an_entry(3)])
    assert outcomes == [APPLIED] * 4
    assert set(found(index, at_degrees(1))) == {"p002", "p003"}
    assert index.digests(["p001"]) == {}


def test_should_let_the_last_change_of_a_product_count(index: LooksIndex) -> None:
    index.bulk([an_entry(1), LooksRemoval("p001"), LooksRemoval("p002"), an_entry(2)])
    assert index.ids() == ["p002"]


def test_should_reject_what_can_never_be_applied_and_apply_the_rest(index: LooksIndex) -> None:
    short = replace(an_entry(1), embeddings={"x": pack(np.ones(3, np.float32))})
    outcomes = index.bulk([short, replace(an_entry(2), entity_id="\ud800"), an_entry(3)])
    assert [each.state for each in outcomes] == [
        ChangeState.REJECTED,
        ChangeState.REJECTED,
        ChangeState.APPLIED,
    ]
    assert outcomes[0].reason
    assert index.ids() == ["p003"]


def test_should_have_products_that_nothing_finds(index: LooksIndex) -> None:
    """One without an embedding, and one whose embedding has no direction."""
    blank = replace(an_entry(2), embeddings={"blank": pack(np.zeros(8, np.float32))})
    assert index.bulk([replace(an_entry(1), embeddings={}), blank, an_entry(3)]) == [APPLIED] * 3
    assert found(index, at_degrees(1)) == ["p003"]
    assert index.digests(["p001", "p002"]).keys() == {"p001", "p002"}
    assert index.count() == 3


def test_should_list_ids_page_by_page(index: LooksIndex) -> None:
    index.bulk([an_entry(n) for n in range(5)])
    assert index.ids(limit=2) == ["p000", "p001"]
    assert index.ids(after="p001", limit=10) == ["p002", "p003", "p004"]
    assert index.ids(after="p004") == []
    assert index.ids(after="p000", limit=10, until="p002") == ["p001", "p002"]


def test_should_order_equal_cosines_by_picture_and_product(index: LooksIndex) -> None:
    same = {"b": pack(at_degrees(5)), "c": pack(at_degrees(50))}
    index.bulk([replace(an_entry(n), embeddings=same) for n in (3, 1, 2)])
    index.bulk([replace(an_entry(9), embeddings={"a": pack(at_degrees(5))})])
    assert found(index, at_degrees(5), 4) == ["p009", "p001", "p002", "p003"]


def test_should_refuse_what_no_query_is(index: LooksIndex) -> None:
    for query, limit in ((np.ones(3, np.float32), 1), (at_degrees(1), 0), (at_degrees(1), 10_001)):
        with pytest.raises(ValueError, match="must"):
            index.nearest(query, limit)
