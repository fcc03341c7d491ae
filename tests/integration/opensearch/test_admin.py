"""Indices are created, filled, verified, switched to and dropped; searches continue meanwhile."""

from __future__ import annotations

import pytest
from opensearchpy import OpenSearch

from lookalike.errors import SettingInvalidError, StorageInvalidError
from lookalike.storage.interfaces import Neighbour
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from tests.builders import VERSION, a_fingerprint_id, a_vector_entry, some_hashes
from tests.contract.storage.brute_force import rows
from tests.integration.opensearch.proxy import FaultyProxy, loses_the_answer
from tests.opensearch import EXACT, GENEROUS, LUCENE


def test_should_let_the_first_index_serve_at_once(
    admin: IndexAdmin, vectors: OpenSearchVectors
) -> None:
    (index,) = admin.indices()

    assert (index.name, index.pictures, index.serves) == (f"{admin.alias}-1", 0, True)
    assert vectors.count() == 0


def test_should_serve_from_another_index_after_copy_and_switch(
    admin: IndexAdmin, vectors: OpenSearchVectors
) -> None:
    vectors.add([a_vector_entry(number) for number in range(30)])
    name = admin.create(EXACT)
    assert not next(index for index in admin.indices() if index.name == name).serves
    told: list[tuple[int, int]] = []

    assert admin.copy(name, lambda done, of: told.append((done, of))) == 30
    admin.verify(name)
    before = admin.switch(name)
    admin.drop(f"{admin.alias}-1")

    assert before == f"{admin.alias}-1"
    assert told[-1] == (30, 30)
    assert [index.name for index in admin.indices()] == [name]
    found = vectors.nearest({"phash": rows(some_hashes(7)["phash"])}, 1)
    assert found == {"phash": [Neighbour(a_fingerprint_id(7), 0)]}
    assert vectors.count() == 30


def test_should_copy_only_what_is_missing(admin: IndexAdmin, vectors: OpenSearchVectors) -> None:
    vectors.add([a_vector_entry(1)])
    name = admin.create(LUCENE)
    assert admin.copy(name) == 1
    vectors.add([a_vector_entry(2)])

    assert admin.copy(name) == 1


def test_should_refuse_an_index_that_holds_too_few(
    admin: IndexAdmin, vectors: OpenSearchVectors
) -> None:
    vectors.add([a_vector_entry(1), a_vector_entry(2)])
    name = admin.create(LUCENE)

    with pytest.raises(StorageInvalidError, match=f"{name} has 0 pictures, .* 2"):
        admin.verify(name, may_miss=1)
    admin.verify(name, may_miss=2)


def test_should_refuse_an_index_that_does_not_find_what_it_holds(
    admin: IndexAdmin, opensearch: OpenSearch
) -> None:
    name = admin.create(LUCENE)
    zeros = {"fingerprint_id": "a", "deep": [0] * 72}  # no salt: nearer than anything can be
    opensearch.index(index=name, body=zeros, params={"refresh": "true"})

    with pytest.raises(StorageInvalidError, match="does not find 1 of"):
        admin.verify(name)


def test_should_refuse_to_drop_what_serves(admin: IndexAdmin, vectors: OpenSearchVectors) -> None:
    vectors.add([a_vector_entry(1)])

    with pytest.raises(SettingInvalidError, match="serves: switch to another index first"):
        admin.drop(f"{admin.alias}-1")
    assert vectors.count() == 1


def test_should_keep_versions_apart(
    opensearch: OpenSearch, admin: IndexAdmin, vectors: OpenSearchVectors, index_base: str
) -> None:
    """Old and new code work side by side while a new hash is rolled out."""
    newer = IndexAdmin(opensearch, "newer", index_base, retries=GENEROUS)
    name = newer.create(LUCENE)
    new = OpenSearchVectors(opensearch, "newer", index_base, retries=GENEROUS, refresh="true")
    new.add([a_vector_entry(1, version="newer")])
    vectors.add([a_vector_entry(2)])

    assert new.ids() == [a_fingerprint_id(1)]
    assert vectors.ids() == [a_fingerprint_id(2)]
    assert {index.serves for index in newer.indices()} == {True}
    with pytest.raises(SettingInvalidError, match="of this algorithm version"):
        admin.switch(name)


def test_should_drop_what_no_deployment_uses(
    opensearch: OpenSearch, admin: IndexAdmin, vectors: OpenSearchVectors, index_base: str
) -> None:
    """An old version's alias goes on pointing to its index, which nothing follows any more."""
    vectors.add([a_vector_entry(1)])
    older = IndexAdmin(opensearch, "older", index_base, retries=GENEROUS)
    name = older.create(LUCENE)
    used = {admin.alias}
    for of, kept in ((f"{admin.alias}-1", used), (name, {admin.alias, older.alias}), (name, None)):
        with pytest.raises(SettingInvalidError, match="serves: switch to another index first"):
            admin.drop(of, kept)
    admin.drop(name, used)
    assert [index.name for index in admin.indices()] == [f"{admin.alias}-1"]


@pytest.mark.parametrize("name", ["other", f"other-{VERSION}-1", "*", "_all"])
def test_should_touch_no_index_of_others(
    admin: IndexAdmin, vectors: OpenSearchVectors, name: str
) -> None:
    for action in (admin.drop, admin.switch, admin.verify, admin.copy):
        with pytest.raises(SettingInvalidError, match="There is no index"):
            action(name)
    assert vectors.count() == 0


def test_should_number_indices_beyond_ten(admin: IndexAdmin, vectors: OpenSearchVectors) -> None:
    assert vectors.count() == 0
    names = [admin.create(LUCENE) for _ in range(10)]

    assert names[-1] == f"{admin.alias}-11"
    assert [index.name for index in admin.indices()][-2:] == names[-2:]
    assert admin.serving_index() == f"{admin.alias}-1"


def test_should_do_once_what_it_hears_of_late(
    client_of_proxy: OpenSearch, admin: IndexAdmin, proxy: FaultyProxy, index_base: str
) -> None:
    """Answers of the changes are lost, so that each is asked for again."""
    troubled = IndexAdmin(client_of_proxy, VERSION, index_base, retries=GENEROUS)
    proxy.fault_on("PUT", loses_the_answer)
    proxy.fault_on("DELETE", loses_the_answer)

    first, second = troubled.create(LUCENE), troubled.create(LUCENE)
    proxy.fault_on("POST", loses_the_answer)
    troubled.switch(second)
    troubled.drop(first)

    assert [(index.name, index.serves) for index in admin.indices()] == [(second, True)]
