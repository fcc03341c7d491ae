"""Where requests go, how they are signed, and how long is waited."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest
from typing_extensions import override

from lookalike.errors import SettingInvalidError, StorageUnavailableError
from lookalike.storage.opensearch.client import Cluster, connect
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.retries import RetryPolicy
from tests.servers import PictureServer

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials without an account."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-a-role")


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("service", [OpenSearchService.MANAGED, OpenSearchService.SERVERLESS])
def test_should_sign_for_the_service_in_its_region(service: OpenSearchService) -> None:
    client = connect("https://search.example", service, region="eu-west-1")
    (connection,) = client.transport.connection_pool.connections

    headers = connection.http_auth("POST", "https://search.example/_msearch", b"{}")

    assert f"/eu-west-1/{service.value}/aws4_request" in headers["Authorization"]
    assert headers["X-Amz-Security-Token"] == "of-a-role"
    assert "X-Amz-Content-SHA256" in headers
    client.close()


@pytest.mark.parametrize("endpoint", ["", "search.example", "ftp://search.example", "https://"])
def test_should_refuse_what_is_no_endpoint(endpoint: str) -> None:
    with pytest.raises(SettingInvalidError, match=r"not the address.*begin it with https://"):
        connect(endpoint, OpenSearchService.UNSIGNED)


def test_should_not_send_signed_requests_in_the_clear() -> None:
    with pytest.raises(SettingInvalidError, match="https"):
        connect("http://search.example", OpenSearchService.MANAGED)


@pytest.mark.parametrize("endpoint", ["https://search.example", "http://10.0.0.1:9200"])
def test_should_send_unsigned_requests_to_loopback_only(endpoint: str) -> None:
    with pytest.raises(SettingInvalidError, match="loopback"):
        connect(endpoint, OpenSearchService.UNSIGNED)


@pytest.fixture
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without anything of AWS."""
    for name in (
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_DEFAULT_REGION",
    ):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.usefixtures("_nothing_set")
def test_should_say_that_there_are_no_credentials_to_sign_with() -> None:
    with pytest.raises(SettingInvalidError, match=r"no AWS credentials\. Set AWS_PROFILE"):
        connect("https://search.example", OpenSearchService.MANAGED, region="eu-west-1")


@pytest.mark.usefixtures("_nothing_set", "credentials")
def test_should_say_that_there_is_no_region_to_sign_for() -> None:
    with pytest.raises(SettingInvalidError, match=r"No AWS region is set\. Set AWS_REGION"):
        connect("https://search.example", OpenSearchService.MANAGED)


@pytest.mark.usefixtures("_nothing_set")
def test_should_say_that_there_is_no_such_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mistyped")
    with pytest.raises(SettingInvalidError, match="no AWS profile 'mistyped'"):
        connect("https://search.example", OpenSearchService.MANAGED)


@pytest.mark.usefixtures("_nothing_set")
def test_should_say_at_once_that_a_role_cannot_be_assumed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not that the index is away, when the first request to it cannot be signed."""
    (tmp_path / "config").write_text(
        "[profile search]\nregion = eu-west-1\nsource_profile = mine\n"
        "role_arn = arn:aws:iam::123456789012:role/search\n"
        "[profile mine]\naws_access_key_id = nobody\naws_secret_access_key = nothing\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "search")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", NOBODY)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(SettingInvalidError, match=f"AWS: .*{NOBODY}"):
        connect("https://search.example", OpenSearchService.MANAGED)


class OneAttempt(RetryPolicy):
    """However long it takes."""

    @override
    def attempts(self) -> Iterator[float]:
        yield 60.0


def absence(endpoint: str) -> str:
    """What is said of an endpoint that does not answer."""
    client = connect(endpoint, OpenSearchService.UNSIGNED)
    with closing(client), pytest.raises(StorageUnavailableError) as raised:
        Cluster(client, OneAttempt()).request("GET", "/")
    return raised.value.detail


def test_should_say_that_nothing_listens() -> None:
    assert absence(NOBODY).endswith("cannot be reached: nothing accepts connections there.")


def test_should_say_that_there_is_no_such_host(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_where: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert absence("http://localhost:9200").endswith("the name of its host is not known.")


def test_should_say_that_there_is_no_tls() -> None:
    with PictureServer() as server:
        assert "no TLS" in absence(server.url("").replace("http://", "https://"))
