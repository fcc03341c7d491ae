"""The source of the server: Maven's settings, and downloads that are interrupted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.opensearch_server import maven
from scripts.opensearch_server.download import Artifact, DownloadError, download
from scripts.opensearch_server.maven import MAVEN_CENTRAL, repository
from tests.servers import Exchange, PictureServer, answer, declared

CONTENT = bytes(range(256)) * 1_000
ARCHIVE = Artifact("org/example/archive.zip", hashlib.sha256(CONTENT).hexdigest())


def settings(folder: Path, mirrors: str) -> dict[str, str]:
    """An environment with these mirrors in the user's settings."""
    (folder / ".m2").mkdir()
    namespace = "http://maven.apache.org/SETTINGS/1.2.0"
    text = f'<settings xmlns="{namespace}"><mirrors>{mirrors}</mirrors></settings>'
    (folder / ".m2" / "settings.xml").write_text(text, encoding="utf-8")
    return {"HOME": str(folder), "MIRROR_HOST": "mirror.example"}


def mirror(of: str, url: str, more: str = "") -> str:
    return f"<mirror><id>m</id><mirrorOf>{of}</mirrorOf><url>{url}</url>{more}</mirror>"


@pytest.mark.parametrize("of", ["central", "*", "external:*", "other, central"])
def test_should_ask_the_mirror_of_maven_central(tmp_path: Path, of: str) -> None:
    environment = settings(tmp_path, mirror(of, "https://${env.MIRROR_HOST}/maven/"))

    assert repository(environment) == "https://mirror.example/maven"


@pytest.mark.parametrize(
    "mirrors",
    [
        "",
        mirror("other", "https://mirror.example"),
        mirror("*,!central", "https://mirror.example"),
        mirror("external:http:*", "http://0.0.0.0/"),
        mirror("*", "http://0.0.0.0/", "<blocked>true</blocked>"),
    ],
)
def test_should_ask_maven_central_without_a_mirror(
    tmp_path: Path, mirrors: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maven, "SYSTEM_SETTINGS", ())
    environment = settings(tmp_path, mirrors)
    installed = settings_of_machine(tmp_path / "maven")

    assert repository(environment) == MAVEN_CENTRAL
    assert repository({**environment, "MAVEN_HOME": str(installed)}) == "https://machine.example"


def settings_of_machine(folder: Path) -> Path:
    (folder / "conf").mkdir(parents=True)
    text = f"<settings><mirrors>{mirror('central', 'https://machine.example')}</mirrors></settings>"
    (folder / "conf" / "settings.xml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def server() -> Iterator[PictureServer]:
    with PictureServer() as server:
        yield server


def ranged(exchange: Exchange) -> None:
    """Send the requested range, or only a half of the whole content."""
    start = int(exchange.headers.get("Range", "bytes=0-")[6:-1])
    if start >= len(CONTENT):
        return answer(status=416)(exchange)
    if start:
        return answer(CONTENT[start:], status=206)(exchange)
    return declared(CONTENT[: len(CONTENT) // 2], len(CONTENT))(exchange)


def test_should_resume_an_interrupted_download(server: PictureServer, tmp_path: Path) -> None:
    server.route("/org/example/archive.zip", ranged)

    path = download(ARCHIVE, server.url("").rstrip("/"), tmp_path)

    assert path.read_bytes() == CONTENT
    asked = [request.headers.get("Range") for request in server.requests]
    assert asked == [None, "bytes=65536-"]
    assert [file.name for file in tmp_path.iterdir()] == ["archive.zip"]


def test_should_not_download_an_existing_file(server: PictureServer, tmp_path: Path) -> None:
    server.route("/org/example/archive.zip", answer(CONTENT))
    for _ in range(2):
        download(ARCHIVE, server.url("").rstrip("/"), tmp_path)

    assert len(server.requests) == 1


def test_should_start_again_if_the_server_does_not_support_ranges(
    server: PictureServer, tmp_path: Path
) -> None:
    server.route("/org/example/archive.zip", answer(CONTENT))
    (tmp_path / "archive.zip.part").write_bytes(CONTENT[:100])

    assert download(ARCHIVE, server.url("").rstrip("/"), tmp_path).read_bytes() == CONTENT


def test_should_finish_a_complete_download_that_was_not_renamed(
    server: PictureServer, tmp_path: Path
) -> None:
    server.route("/org/example/archive.zip", ranged)
    (tmp_path / "archive.zip.part").write_bytes(CONTENT)

    assert download(ARCHIVE, server.url("").rstrip("/"), tmp_path).read_bytes() == CONTENT


def test_should_not_keep_unexpected_content(server: PictureServer, tmp_path: Path) -> None:
    server.route("/org/example/archive.zip", answer(CONTENT[:-1] + b"x"))

    with pytest.raises(DownloadError, match=r"archive\.zip has the sha256"):
        download(ARCHIVE, server.url("").rstrip("/"), tmp_path)
    assert not list(tmp_path.iterdir())


def test_should_name_a_missing_file(server: PictureServer, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"archive\.zip cannot be downloaded: 404"):
        download(ARCHIVE, server.url("").rstrip("/"), tmp_path)
    assert len(server.requests) == 1
