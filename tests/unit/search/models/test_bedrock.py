"""Embeddings of Amazon Bedrock, by the answers that AWS documents for its model."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import boto3
import numpy as np
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from PIL import Image

from lookalike.errors import SettingInvalidError
from lookalike.fingerprint.analysis import Analysis
from lookalike.images.preparation import PreparedPicture
from lookalike.search.embedding import MissingEmbeddings, ModelsStoppedError
from lookalike.search.models.bedrock import BedrockModel
from lookalike.search.models.errors import ModelAwayError, ModelDeniedError, PictureRefusedError
from lookalike.search.models.registry import Models
from lookalike.search.models.settings import BedrockSettings
from lookalike.search.ranked_pictures import DEFAULT_ALIAS
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_fingerprint_id
from tests.embeddings import FakeModel, FakeNetwork
from tests.unit.search.test_embedding import a_storage

ADDRESS = "https://bedrock-runtime.eu-central-1.amazonaws.com"
SETTINGS = BedrockSettings(kind="bedrock", dimension=256, region="eu-central-1")
NUMBERS = np.linspace(-0.5, 1, 256, dtype=np.float32)
REPLY = {"embedding": NUMBERS.tolist(), "inputTextTokenCount": 0, "message": None}
DENIED = {"message": "You don't have access to the model with the specified model ID."}


class Raw:
    """The body of an answer, as urllib3 reads it."""

    def __init__(self, body: bytes) -> None:
        self._file = BytesIO(body)

    def read(self, *arguments: object) -> bytes:
        return self._file.read(*(a for a in arguments if isinstance(a, int)))

    def stream(self, **_: object) -> list[bytes]:
        return [self._file.read()]


class Recorded:
    """A client whose answers are recorded, and which records requests.

    Args:
        replies: the statuses, kinds of error and bodies of answers, one for each request.
    """

    def __init__(self, *replies: tuple[int, str, Mapping[str, Any]]) -> None:
        self.replies = deque(replies)
        self.requests: list[AWSPreparedRequest] = []

    def connect(self, region: str | None) -> Any:  # noqa: ANN401 - a client
        client = boto3.session.Session("AKIATEST", "secret", region_name=region).client(
            "bedrock-runtime",
            config=Config(retries={"total_max_attempts": 1}),
        )
        client.meta.events.register("before-send.bedrock-runtime.InvokeModel", self._send)
        return client

    def _send(self, request: AWSPreparedRequest, **_: object) -> Any:  # noqa: ANN401 - an answer
        self.requests.append(request)
        status, kind, body = self.replies.popleft()
        headers = HTTPHeaders.from_dict({"content-type": "application/json"})
        if kind:
            headers["x-amzn-errortype"] = kind
        answer: Any = AWSResponse(request.url, status, headers, Raw(json.dumps(body).encode()))
        return answer


OK = (200, "", REPLY)
BUSY = (429, "ThrottlingException", {"message": "Too many requests."})
REFUSED = (400, "ValidationException", {"message": "The picture is against the rules."})
FORBIDDEN = (403, "AccessDeniedException", DENIED)


def a_picture() -> Analysis:
    whole = Image.new("RGB", (1200, 600), "red")
    return Analysis(PreparedPicture(whole, (0, 0, 1200, 600), 1200, 600), FakeNetwork())


def a_model(recorded: Recorded, settings: BedrockSettings = SETTINGS) -> BedrockModel:
    return BedrockModel("titan", settings, recorded.connect)


def test_should_ask_for_the_embedding_of_a_small_jpeg() -> None:
    recorded = Recorded(OK, OK)
    model = a_model(recorded)
    vector = model.embed(a_picture())
    assert vector == pytest.approx(NUMBERS / np.linalg.norm(NUMBERS), abs=1e-6)
    assert model.space.dimension == 256
    assert not model.at_registration, "a registration does not wait for Bedrock"
    asked = recorded.requests[-1]
    assert asked.url.endswith("/model/amazon.titan-embed-image-v1/invoke")
    assert isinstance(asked.body, str | bytes)
    body = json.loads(asked.body)
    assert body["embeddingConfig"] == {"outputEmbeddingLength": 256}
    with Image.open(BytesIO(base64.b64decode(body["inputImage"]))) as sent:
        assert (sent.format, sent.size) == ("JPEG", (512, 256))


def test_should_have_another_version_for_another_dimension() -> None:
    other = SETTINGS.model_copy(update={"dimension": 384})
    reply = {"embedding": [1.0] * 384}
    versions = [
        a_model(Recorded(OK)).space.version,
        a_model(Recorded((200, "", reply)), other).space.version,
    ]
    assert len(set(versions)) == 2
    assert all(version.startswith("titan-") for version in versions)


def test_should_say_at_the_start_that_the_model_may_not_be_used() -> None:
    with pytest.raises(SettingInvalidError, match=r"models.toml: .*'titan' .*don't have access"):
        a_model(Recorded(FORBIDDEN))


def test_should_say_at_the_start_that_it_is_another_model() -> None:
    with pytest.raises(SettingInvalidError, match="without an embedding: 3 numbers"):
        a_model(Recorded((200, "", {"embedding": [0.1, 0.2, 0.3]})))


def test_should_start_while_bedrock_is_busy_and_ask_again_later() -> None:
    model = a_model(Recorded(BUSY, BUSY, OK))
    with pytest.raises(ModelAwayError, match=r"ThrottlingException\); try again"):
        model.embed(a_picture())
    assert model.embed(a_picture()).shape == (256,)


def missing_with(
    recorded: Recorded, storage: MemoryStorage, *others: FakeModel
) -> MissingEmbeddings:
    """What a model with these answers embeds, and other models."""
    models = {model.name: model for model in (a_model(recorded), *others)}
    return MissingEmbeddings(storage, Models(models, "titan"), FakeNetwork())


def test_should_embed_in_the_background_when_bedrock_is_back() -> None:
    """What it did not answer is asked for again, and what it answered is not."""
    storage, recorded = a_storage(3), Recorded(OK, OK, BUSY, OK, OK)
    missing = missing_with(recorded, storage)
    with pytest.raises(ModelsStoppedError):
        missing.compute()
    assert storage.embeddings.alias(DEFAULT_ALIAS) is None
    assert missing.compute()
    [count] = storage.embeddings.counts().values()
    assert count == 3
    assert not recorded.replies


def test_should_ask_once_for_a_picture_that_is_refused() -> None:
    storage, recorded = a_storage(3), Recorded(OK, OK, REFUSED, OK, OK)
    assert missing_with(recorded, storage).compute()
    [version] = storage.embeddings.counts()
    [(fingerprint_id, why)] = storage.embeddings.refusals(version).items()
    assert fingerprint_id == a_fingerprint_id(1)
    assert "against the rules" in why
    assert storage.embeddings.counts() == {version: 2}

    assert missing_with(Recorded(OK), storage).compute(), "after a restart, nothing but the trial"


def test_should_say_that_a_picture_is_refused_and_others_are_not() -> None:
    model = a_model(Recorded(OK, REFUSED, OK))
    with pytest.raises(PictureRefusedError, match="against the rules"):
        model.embed(a_picture())


def test_should_blame_no_picture_where_every_one_is_refused() -> None:
    storage, recorded = a_storage(2), Recorded(BUSY, REFUSED, REFUSED)
    with pytest.raises(ModelsStoppedError, match="not even a grey picture"):
        missing_with(recorded, storage).compute()
    assert storage.embeddings.refusals(a_model(Recorded(OK)).space.version) == {}


def test_should_stop_a_denied_model_alone() -> None:
    storage, other = a_storage(2), FakeModel("other")
    missing = missing_with(Recorded(OK, FORBIDDEN), storage, other)
    with pytest.raises(ModelsStoppedError, match=r"'titan' may not be used: .*access") as why:
        missing.compute()
    assert isinstance(why.value.by_model["titan"], ModelDeniedError)
    assert storage.embeddings.counts() == {other.space.version: 2}
    assert not missing.compute(spare_paused=True)
    assert storage.embeddings.alias(DEFAULT_ALIAS) == other.space.version


def test_should_register_a_picture_that_is_not_embedded_now() -> None:
    settings = SETTINGS.model_copy(update={"at_registration": True})
    models = Models({"titan": a_model(Recorded(OK, REFUSED, OK, BUSY), settings)}, "titan")
    assert models.registered(a_picture()) == {}
    assert models.registered(a_picture()) == {}


def test_should_refuse_dimensions_that_the_model_does_not_have() -> None:
    with pytest.raises(ValueError, match="256, 384 or 1024"):
        BedrockSettings(kind="bedrock", dimension=512)


class Silent(Recorded):
    """A client whose requests fail on their way."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def _send(self, *_: object, **__: object) -> Any:  # noqa: ANN401 - none
        raise self._error


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url=ADDRESS),
        ConnectTimeoutError(endpoint_url=ADDRESS),
        EndpointConnectionError(endpoint_url=ADDRESS),
        ConnectionClosedError(endpoint_url=ADDRESS),
    ],
    ids=type,
)
def test_should_be_away_while_nothing_answers(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    model = a_model(Silent(error))
    assert "'titan' does not answer" in caplog.text
    with pytest.raises(ModelAwayError, match="does not answer"):
        model.embed(a_picture())
