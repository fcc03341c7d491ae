"""Models of a deployment come from S3 when they are first asked, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError
from PIL import Image

from lambdas.find_similar import wiring
from lookalike.aws.model_files import ModelFiles
from lookalike.aws.models import build_models, load_files
from lookalike.aws.registered_pictures import build_fingerprinter
from lookalike.aws.settings import CheckSettings, FunctionSettings, read_settings
from lookalike.errors import SettingInvalidError
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network
from lookalike.images.preparation import PreparedPicture
from lookalike.search.models import bedrock
from lookalike.search.models.errors import ModelAwayError, ModelDeniedError
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.onnx_file import OnnxModel
from lookalike.search.models.settings import BedrockSettings, OnnxSettings, SearchSettings
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.storage.retries import RetryPolicy
from tests.builders import VERSION
from tests.embeddings import FakeNetwork
from tests.unit.aws import BUCKET
from tests.unit.lambdas.deployed_models import KEY, a_file, configure, upload
from tests.unit.search.models.test_bedrock import FORBIDDEN, OK, Recorded

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ONCE = RetryPolicy(deadline=0)


def a_picture() -> Analysis:
    whole = Image.new("RGB", (60, 40), "red")
    return Analysis(PreparedPicture(whole, (0, 0, 60, 40), 60, 40), FakeNetwork())


def named(settings: OnnxSettings, **changes: object) -> SearchSettings:
    """A configuration of one model, whose file is in S3."""
    in_s3 = settings.model_copy(update={"file": Path(KEY), **changes})
    return SearchSettings(default="clip", models={"clip": in_s3})


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """The folder that a function writes into; not there yet."""
    return tmp_path / "scratch"


@pytest.fixture
def settings(tmp_path: Path) -> OnnxSettings:
    """Those of a small model, whose file S3 does not have yet."""
    return a_file(tmp_path)


def a_model() -> EmbeddingModel:
    """That of a function that begins now."""
    return build_models(read_settings(FunctionSettings)).named(None)


@pytest.fixture
def told(
    deployed: None, settings: OnnxSettings, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function that is told of this model."""
    del deployed
    configure(monkeypatch, scratch, named(settings))


@pytest.mark.usefixtures("told")
def test_should_fetch_a_model_once_and_when_it_is_first_asked(
    settings: OnnxSettings, scratch: Path, s3: S3Client
) -> None:
    upload(s3, settings)
    model, here = a_model(), OnnxModel("clip", settings)
    assert model.space == here.space
    assert not scratch.exists(), "whoever embeds nothing waits for no file"

    assert model.embed(a_picture()) == pytest.approx(here.embed(a_picture()))
    assert [path.name for path in scratch.iterdir()] == [settings.sha256]

    s3.delete_object(Bucket=BUCKET, Key=KEY)
    assert a_model().embed(a_picture()).shape == (12,), "the next process finds it there"


@pytest.mark.usefixtures("told")
def test_should_refuse_another_file(settings: OnnxSettings, scratch: Path, s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=settings.file.read_bytes() + b"\0")
    model = a_model()
    with pytest.raises(ModelDeniedError, match=r"'clip' cannot be used: .*models.toml says"):
        model.embed(a_picture())
    assert list(scratch.iterdir()) == []
    upload(s3, settings)
    with pytest.raises(ModelDeniedError, match=r"models.toml says"):
        model.embed(a_picture())  # without another download
    assert a_model().embed(a_picture()).shape == (12,)


@pytest.mark.usefixtures("told")
def test_should_try_again_where_s3_did_not_have_it(settings: OnnxSettings, s3: S3Client) -> None:
    model = a_model()
    with pytest.raises(ModelAwayError, match=r"cannot be fetched now: .*404"):
        model.embed(a_picture())
    upload(s3, settings)
    assert model.embed(a_picture()).shape == (12,)


class Interrupted:
    """A client whose connection is lost in the middle of a file."""

    def download_fileobj(self, _bucket: str, _key: str, file: IO[bytes]) -> None:
        file.write(b"half")
        raise EndpointConnectionError(endpoint_url="https://s3")


def test_should_leave_nothing_of_an_interrupted_download(
    settings: OnnxSettings, scratch: Path, s3: S3Client
) -> None:
    upload(s3, settings)
    clients: list[Any] = [Interrupted(), s3]
    files = ModelFiles(lambda: clients.pop(0), BUCKET, scratch)
    with pytest.raises(ModelAwayError, match="cannot be fetched now"):
        files.fetched(KEY, settings.sha256)
    assert list(scratch.iterdir()) == []

    (scratch / settings.sha256).with_suffix(".part").write_bytes(bytes(10**6))  # it was killed
    assert files.fetched(KEY, settings.sha256).read_bytes() == settings.file.read_bytes()
    assert len(list(scratch.iterdir())) == 1


@pytest.mark.usefixtures("told")
def test_should_have_models_in_a_snapshot(
    settings: OnnxSettings, scratch: Path, s3: S3Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And end the deployment where that cannot be."""
    found = build_models(read_settings(FunctionSettings))
    with pytest.raises(ModelAwayError):
        load_files(found, retries=ONCE)
    waits: list[float] = []

    def arrive(seconds: float) -> None:
        waits.append(seconds)
        upload(s3, settings)

    load_files(found, retries=RetryPolicy(deadline=60, sleep=arrive))
    assert len(waits) == 1
    assert scratch.exists()

    later = named(settings, sha256="0" * 64, at_registration=False)
    configure(monkeypatch, scratch, later)
    found = build_models(read_settings(FunctionSettings))
    load_files(found, at_registration=True, retries=ONCE)
    with pytest.raises(SettingInvalidError, match="has the digest"):
        load_files(found, retries=ONCE)


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("function", ["find_similar", "manage_products"])
def test_should_fetch_models_before_a_snapshot_is_taken(  # noqa: PLR0913, PLR0917 - fixtures
    function: str,
    settings: OnnxSettings,
    scratch: Path,
    s3: S3Client,
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload(s3, settings)
    monkeypatch.setattr(Network, "load", lambda: network)

    def begin() -> None:
        if function == "manage_products":
            build_fingerprinter(read_settings(FunctionSettings))
        else:
            wiring._looks(read_settings(CheckSettings), MemoryStorage(VERSION), network)

    begin()
    assert not scratch.exists(), "without a snapshot, no search has to wait for it yet"
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")
    begin()
    assert [path.name for path in scratch.iterdir()] == [settings.sha256]


@pytest.mark.usefixtures("told")
def test_should_say_that_no_bucket_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOKALIKE_MODELS_BUCKET")
    with pytest.raises(SettingInvalidError, match="LOOKALIKE_MODELS_BUCKET"):
        a_model()


@pytest.mark.usefixtures("told")
def test_should_say_what_a_cosine_means_to_a_model(
    settings: OnnxSettings, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = a_model().space.version
    scale = {version: {"slope": 8.0, "intercept": -4.0}}
    configure(monkeypatch, scratch, named(settings), LIKENESS_SCALES=scale)
    found = build_models(read_settings(FunctionSettings)).scales
    assert found[version].percentage(0.5) == 50
    assert len(found) > 1, "beside those that are shipped"


@pytest.mark.usefixtures("deployed")
def test_should_ask_bedrock_only_for_pictures(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = Recorded(OK, FORBIDDEN)
    monkeypatch.setattr(bedrock, "_connect", recorded.connect)
    titan = BedrockSettings(kind="bedrock", dimension=256, region="eu-central-1")
    configure(monkeypatch, scratch, SearchSettings(default="titan", models={"titan": titan}))
    found = build_models(read_settings(FunctionSettings))
    load_files(found)
    assert not recorded.requests, "a snapshot asks for nothing"

    model = found.named(None)
    assert model.embed(a_picture()).shape == (256,)
    [request] = recorded.requests
    assert request.url.endswith("/model/amazon.titan-embed-image-v1/invoke")
    with pytest.raises(ModelDeniedError, match="don't have access"):
        model.embed(a_picture())


@pytest.mark.usefixtures("told")
def test_should_register_a_picture_whose_model_cannot_be_fetched(
    caplog: pytest.LogCaptureFixture,
) -> None:
    found = build_models(read_settings(FunctionSettings))
    assert found.registered(a_picture()) == {}
    assert "registered without an embedding: The file clip.onnx" in caplog.text
