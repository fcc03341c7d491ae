"""A table of pictures of which some are embedded, and a model that refuses some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from lookalike.aws.stores import embeddings_of_table, pictures_of_table
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import Picture
from lookalike.search.models.errors import PictureRefusedError
from lookalike.storage.dynamodb import picture_embeddings
from lookalike.storage.dynamodb.picture_embeddings import PictureEmbeddings
from lookalike.storage.embeddings import Vector, pack
from tests.builders import a_picture
from tests.contract.storage.moto_dynamodb import NAMES
from tests.embeddings import FakeModel, at_degrees
from tests.unit.search.test_embedding import SIGNATURE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COUNT = 9
NONE: Mapping[str, bytes] = {}


def a_stored(
    number: int, version: str = ALGORITHM_VERSION, embeddings: Mapping[str, bytes] = NONE
) -> Picture:
    """The picture of a number, whose thumbnail is embedded at one degree more."""
    picture = a_picture(number, version=version, signature=SIGNATURE)
    fingerprint = replace(picture.fingerprint, width=number + 1, embeddings=embeddings)
    return replace(picture, fingerprint=fingerprint)


@pytest.fixture
def table(dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch) -> PictureEmbeddings:
    """Pictures in pages of two; some have embeddings of the model "old"."""
    monkeypatch.setattr(picture_embeddings, "PICTURES_OF_PAGE", 2)
    old = {"old-1": pack(at_degrees(5))}
    stored = [a_stored(number, embeddings=old if number % 2 else NONE) for number in range(COUNT)]
    pictures_of_table(dynamodb, NAMES.pictures).put_many(stored)
    return embeddings_of_table(dynamodb, NAMES.pictures)


def items(dynamodb: DynamoDBClient) -> dict[str, dict[str, Any]]:
    """What the table has, by fingerprint id."""
    found = dynamodb.scan(TableName=NAMES.pictures)["Items"]
    return {item["fingerprint_id"]["S"]: dict(item) for item in found}


class Choosy(FakeModel):
    """Refuses some pictures, by the degrees that they would be embedded at."""

    def __init__(self, *refused: int) -> None:
        super().__init__("new")
        self.refused = set(refused)
        self.asked: list[int] = []

    @override
    def embed(self, analysis: Analysis) -> Vector:
        self.asked.append(analysis.picture.width)
        if analysis.picture.width in self.refused:
            raise PictureRefusedError("It is against the rules.")
        return super().embed(analysis)
