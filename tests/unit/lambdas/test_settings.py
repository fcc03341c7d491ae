"""Settings come from the environment, typed, and say what is wrong with it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from lookalike.aws.settings import (
    PREFIX,
    ApiSettings,
    FunctionSettings,
    SyncSettings,
    read_settings,
)
from lookalike.errors import SettingInvalidError
from lookalike.storage.opensearch.service import OpenSearchService
from tests.unit.aws import SETTINGS


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(PREFIX + name, value)


def test_should_be_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_ALLOW_PRIVATE_HOSTS", "true")
    monkeypatch.setenv("LOOKALIKE_CORS_ORIGIN", "https://shop.example")
    settings = read_settings(ApiSettings)
    assert settings.pictures_table == "pictures"
    assert settings.opensearch_service is OpenSearchService.UNSIGNED
    assert settings.allow_private_hosts
    assert settings.cors_origin == "https://shop.example"


def test_should_refuse_private_hosts_and_other_origins_by_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LOOKALIKE_OPENSEARCH_SERVICE")
    settings = read_settings(ApiSettings)
    assert not settings.allow_private_hosts
    assert settings.cors_origin is None
    assert settings.opensearch_service is OpenSearchService.MANAGED
    assert settings.index_alias == "pictures"


def test_should_take_an_empty_variable_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_CORS_ORIGIN", "")
    assert read_settings(ApiSettings).cors_origin is None


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (FunctionSettings, "PICTURES_TABLE"),
        (ApiSettings, "UPLOADS_BUCKET"),
        (SyncSettings, "FAILED_RECORDS_BUCKET"),
    ],
)
def test_should_name_what_is_missing(
    kind: type[FunctionSettings], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PREFIX + name)
    with pytest.raises(SettingInvalidError, match=f"{PREFIX}{name} is required"):
        read_settings(kind)


@pytest.mark.parametrize("endpoint", ["127.0.0.1:9200", "ftp://host", "https://", "https://a b"])
def test_should_refuse_what_is_no_endpoint(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_OPENSEARCH_ENDPOINT", endpoint)
    with pytest.raises(SettingInvalidError, match="LOOKALIKE_OPENSEARCH_ENDPOINT"):
        read_settings(FunctionSettings)


def test_should_not_change() -> None:
    settings = read_settings(FunctionSettings)
    with pytest.raises(ValidationError):
        settings.pictures_table = "other"
