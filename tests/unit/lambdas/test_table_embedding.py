"""Pictures of a table are embedded from their thumbnails, and nothing else of them changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from lookalike.aws import table_embedding
from lookalike.aws.stores import pictures_of_table
from lookalike.aws.table_embedding import TableEmbedding
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.search.models.errors import ModelAwayError, ModelDeniedError
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.registry import Models
from lookalike.storage.dynamodb.embeddings_update import Embedded
from lookalike.storage.dynamodb.picture_embeddings import PictureEmbeddings
from lookalike.storage.embeddings import Vector, unpack
from lookalike.storage.retries import RetryPolicy
from lookalike.storage.scan_progress import ScanProgress
from tests.builders import a_fingerprint_id, a_picture
from tests.contract.storage.moto_dynamodb import NAMES
from tests.embeddings import FakeModel, FakeNetwork, at_degrees
from tests.unit.lambdas.embedded_table import COUNT, Choosy, a_stored, items, table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["table"]

NEW = ScanProgress(NAMES.pictures, "new-1", 2)
Refused = dict[str, str]


def embedding(table: PictureEmbeddings, *models: EmbeddingModel, **options: Any) -> TableEmbedding:  # noqa: ANN401 - of any
    """What embeds by these models, without patience."""
    by_name = {model.name: model for model in models}
    patience = RetryPolicy(deadline=0)
    found = Models(by_name, models[0].name)
    return TableEmbedding(table, found, FakeNetwork(), **{"patience": patience, **options})


def done(
    embeds: TableEmbedding, begun: ScanProgress = NEW, workers: int = 2
) -> tuple[ScanProgress, Refused]:
    """The progress at the end, and what is refused."""
    pages: list[ScanProgress] = []
    refused: Refused = {}

    def on_page(now: ScanProgress, more: Mapping[str, str]) -> None:
        pages.append(now)
        refused.update(more)

    embeds.run(begun, workers, on_page)
    assert not list(pages[-1].left())
    return pages[-1], refused


def test_should_embed_what_lacks_it_and_change_nothing_else(
    table: PictureEmbeddings, dynamodb: DynamoDBClient
) -> None:
    before = items(dynamodb)
    old, new = FakeModel("old"), FakeModel("new")

    last, refused = done(embedding(table, old, new))

    assert (last.records, refused) == (COUNT, {})
    after = items(dynamodb)
    for number in range(COUNT):
        item, was = (found[a_fingerprint_id(number)] for found in (after, before))
        packed = {name: each["B"] for name, each in item.pop("embeddings")["M"].items()}
        assert unpack([packed["new-1"]], 8)[0] == pytest.approx(at_degrees(number + 1), abs=1e-3)
        had = was.pop("embeddings", {"M": {}})["M"].get("old-1")
        assert packed["old-1"] == (had["B"] if had else packed["new-1"]), "what it has stays"
        assert item == was
    assert done(embedding(table, old, new))[0].records == 0, "twice is the same as once"


def test_should_pass_over_pictures_of_another_algorithm_version(
    table: PictureEmbeddings, dynamodb: DynamoDBClient
) -> None:
    other = a_stored(COUNT, version="other")
    pictures_of_table(dynamodb, NAMES.pictures).put_many([other])
    dynamodb.put_item(TableName=NAMES.pictures, Item={"fingerprint_id": {"S": "strange"}})
    assert done(embedding(table, FakeModel("new")))[0].records == COUNT
    assert "embeddings" not in items(dynamodb)[other.fingerprint.fingerprint_id]


def meanwhile(table: PictureEmbeddings, change: Callable[[], object]) -> bool:
    """Write the embedding of the first picture, which changes between its read and that."""
    found, after = table.unembedded(ALGORITHM_VERSION, ["new-1"], 0, 1, None)
    while after:
        more, after = table.unembedded(ALGORITHM_VERSION, ["new-1"], 0, 1, after)
        found += more
    [picture] = [each for each in found if each.fingerprint_id == a_fingerprint_id(0)]
    change()
    return table.write(picture, Embedded({"new-1": b"new"}, {}))


def kept(dynamodb: DynamoDBClient) -> dict[str, bytes]:
    """The embeddings of the first picture."""
    found = items(dynamodb)[a_fingerprint_id(0)].get("embeddings", {"M": {}})["M"]
    return {name: each["B"] for name, each in found.items()}


def test_should_write_beside_what_others_write(
    table: PictureEmbeddings, dynamodb: DynamoDBClient
) -> None:
    key = {"fingerprint_id": {"S": a_fingerprint_id(0)}}

    def set_to(**embeddings: bytes) -> Callable[[], object]:
        found = {name.replace("_", "-"): {"B": each} for name, each in embeddings.items()}
        return lambda: dynamodb.update_item(
            TableName=NAMES.pictures,
            Key=key,
            UpdateExpression="SET embeddings = :all",
            ExpressionAttributeValues={":all": {"M": found}},
        )

    assert meanwhile(table, set_to(old_1=b"old"))
    assert kept(dynamodb) == {"old-1": b"old", "new-1": b"new"}
    set_to()()
    assert meanwhile(table, lambda: None)
    assert kept(dynamodb) == {"new-1": b"new"}, "into a map that is empty"
    set_to()()
    assert not meanwhile(table, set_to(new_1=b"theirs"))
    assert kept(dynamodb) == {"new-1": b"theirs"}
    set_to()()
    gone = lambda: dynamodb.delete_item(TableName=NAMES.pictures, Key=key)  # noqa: E731 - short
    assert not meanwhile(table, gone)
    assert a_fingerprint_id(0) not in items(dynamodb), "a picture that is gone stays gone"


def test_should_record_refusals_and_ask_again_only_on_demand(
    table: PictureEmbeddings, dynamodb: DynamoDBClient
) -> None:
    other = FakeModel("other")
    last, refused = done(embedding(table, Choosy(3, 4), other))
    why = "It is against the rules."
    assert refused == {a_fingerprint_id(2): why, a_fingerprint_id(3): why}
    assert (last.records, last.refused) == (COUNT, 2), "the other model embeds them"
    assert items(dynamodb)[a_fingerprint_id(2)]["refused_by:new-1"] == {"S": why}

    again = Choosy()
    assert done(embedding(table, again, other))[1] == refused
    assert again.asked == []

    assert done(embedding(table, again, other, again=True))[1] == {}
    assert sorted(again.asked) == [3, 4]
    assert not [name for name in items(dynamodb)[a_fingerprint_id(2)] if "refused" in name]
    assert pictures_of_table(dynamodb, NAMES.pictures).get_many([a_fingerprint_id(2)])


def test_should_record_a_broken_thumbnail_and_tell_of_a_damaged_item(
    table: PictureEmbeddings, dynamodb: DynamoDBClient
) -> None:
    broken = a_picture(20, version=ALGORITHM_VERSION, signature=b"broken")
    pictures_of_table(dynamodb, NAMES.pictures).put_many([broken])
    damaged = {"fingerprint_id": {"S": "damaged"}, "version": {"S": ALGORITHM_VERSION}}
    dynamodb.put_item(TableName=NAMES.pictures, Item=damaged)
    last, refused = done(embedding(table, FakeModel("new")))
    assert refused.keys() == {a_fingerprint_id(20), "damaged"}
    assert last.records == COUNT
    assert items(dynamodb)["damaged"] == damaged


class Failing(Choosy):
    """Ends after some pictures, or is busy once."""

    def __init__(self, left: int, error: Exception) -> None:
        super().__init__()
        self.left = left
        self.error = error

    @override
    def embed(self, analysis: Analysis) -> Vector:
        self.left -= 1
        if self.left == -1:
            raise self.error
        return super().embed(analysis)


def test_should_go_on_where_it_was_stopped(
    table: PictureEmbeddings, dynamodb: DynamoDBClient
) -> None:
    """Nothing is embedded twice, although the page is read again."""
    pages: list[ScanProgress] = []
    stopped = Failing(4, ModelDeniedError("It may not be used."))
    with pytest.raises(ModelDeniedError):
        embedding(table, stopped).run(NEW, 1, lambda now, _: pages.append(now))
    there = pages[-1] if pages else NEW

    rest = Choosy()
    done(embedding(table, rest), there)

    assert sorted(stopped.asked + rest.asked) == list(range(1, COUNT + 1))
    assert all("new-1" in item["embeddings"]["M"] for item in items(dynamodb).values())


def test_should_wait_for_a_model_that_is_busy(table: PictureEmbeddings) -> None:
    waits: list[float] = []
    patience = replace(table_embedding.PATIENCE, sleep=waits.append)
    busy = Failing(2, ModelAwayError("It has too much to do."))
    assert done(embedding(table, busy, patience=patience), workers=1)[0].records == COUNT
    assert len(waits) == 1
