"""``lookalike index embeddings`` says which version serves."""

from __future__ import annotations

from lookalike.cli.commands.index_embeddings import versions_of
from lookalike.search.models.registry import Models
from lookalike.search.ranked_pictures import DEFAULT_ALIAS
from lookalike.storage.memory.storage import MemoryStorage
from tests.embeddings import FakeModel
from tests.unit.search.test_embedding import a_storage

MODELS = Models({"old": FakeModel("old"), "new": FakeModel("new")}, "new")


def serving(storage: MemoryStorage) -> list[str]:
    return [each.version for each in versions_of(storage, MODELS) if each.serves]


def test_should_mark_the_version_that_searches_use() -> None:
    storage = a_storage(3)
    assert serving(storage) == []
    ids = [picture.fingerprint_id for picture in storage.products.page().products]
    storage.embeddings.add("old-1", dict.fromkeys(ids, bytes(16)))
    assert serving(storage) == ["old-1"], "no service has set a name yet"
    storage.embeddings.set_alias(DEFAULT_ALIAS, "new-1")
    assert serving(storage) == ["new-1"]
