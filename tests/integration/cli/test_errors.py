"""Whatever goes wrong, a command says one sentence and ends with 1, or 2 for wrong usage."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lookalike.cli.exit_codes import FAILED, UNUSABLE
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION
from tests.images import every_format
from tests.integration.processes import SAMPLE, Done, lookalike
from tests.servers import PictureServer, answer, declared

pytestmark = pytest.mark.slow

PHOTO = next(iter(sorted((SAMPLE / "photos").glob("*.jpg"))))


def assert_one_sentence(done: Done, code: int = FAILED) -> None:
    """On standard error, and nothing else."""
    assert (done.code, done.output) == (code, ""), done
    assert re.fullmatch(r"lookalike: [^\n]{10,400}\n", done.errors), done.errors


@pytest.fixture(params=["missing", "file", "not-a-database"])
def bad_data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """What is no data folder."""
    path = tmp_path / str(request.param)
    if request.param == "file":
        path.write_bytes(b"x")
    if request.param == "not-a-database":
        path.mkdir()
        for name in database_files(tmp_path):
            (path / name).write_bytes(b"This is a text of some length, not a database." * 100)
    return path


def database_files(folder: Path) -> list[str]:
    """The names that the storage gives its files."""
    storage = EmbeddedStorage(folder / "built", VERSION)
    storage.close()
    return [path.name for path in (folder / "built").iterdir()]


@pytest.mark.parametrize("command", [["check", PHOTO], ["status"]], ids=lambda words: words[0])
def test_a_folder_that_holds_no_data(bad_data: Path, command: list[object]) -> None:
    assert_one_sentence(lookalike(*command, "--data", bad_data))


def test_commands_add_what_can_be_typed(tmp_path: Path) -> None:
    done = lookalike("check", PHOTO, "--data", tmp_path / "mistyped")
    assert_one_sentence(done)
    assert done.errors.endswith("or name another folder with --data.\n")


@pytest.mark.parametrize(
    "command",
    [["import", SAMPLE / "catalogue.csv"], ["serve", "--port", 0]],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("bad_data", ["file", "not-a-database"], indirect=True)
def test_a_folder_that_cannot_hold_data(bad_data: Path, command: list[object]) -> None:
    assert_one_sentence(lookalike(*command, "--data", bad_data))


@pytest.fixture(scope="module")
def empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder without products."""
    folder = tmp_path_factory.mktemp("empty")
    catalogue = folder / "catalogue.csv"
    catalogue.write_text("entity_id,image_url\n", encoding="utf-8")
    assert lookalike("import", catalogue, "--data", folder / "data").code == 0
    return folder / "data"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.jpg", None),
        (".", None),
        ("empty.jpg", b""),
        ("text.jpg", b"This is no picture."),
        ("cut.jpg", every_format()["baseline.jpg"][:500]),
        ("large.jpg", bytes(21 * 2**20)),
    ],
)
def test_a_picture_that_is_none(
    tmp_path: Path, empty_data: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert_one_sentence(lookalike("check", path, "--data", empty_data))
    assert_one_sentence(lookalike("compare", PHOTO, path))


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/p.jpg", "https://user:secret@shop.example/p.jpg", "http://["]
)
def test_an_address_that_is_not_fetched(empty_data: Path, address: str) -> None:
    done = lookalike("check", address, "--data", empty_data)
    assert_one_sentence(done)
    assert "secret" not in done.errors


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[PictureServer]:
    """A web server that is not Lookalike."""
    with PictureServer() as server:
        server.route("/html/status", answer(b"<html>Hello</html>", content_type="text/html"))
        server.route("/json/status", answer(b'{"status": "up"}', content_type="application/json"))
        server.route("/list/status", answer(b"[1, 2]", content_type="application/json"))
        server.route("/error/status", answer(b"{}", status=500, content_type="application/json"))
        server.route("/odd/status", answer(b'{"detail": ["x"]}', status=400))
        page = b"<html><h1>Bad Gateway</h1></html>"
        server.route("/proxy/status", answer(page, status=502, content_type="text/html"))
        server.route("/cut/status", declared(b"{", 1000))
        server.route("/away/status", answer(b"{}", status=503, retry_after="86400"))
        yield server


@pytest.mark.parametrize("kind", ["html", "json", "list", "error", "odd", "cut", "away", "none"])
def test_a_service_that_is_another(elsewhere: PictureServer, kind: str) -> None:
    assert_one_sentence(lookalike("status", "--url", elsewhere.url(f"/{kind}")))


def test_a_page_of_a_proxy_is_told_in_words(elsewhere: PictureServer) -> None:
    """All commands, whose requests begin differently, say that the service behind it is away."""
    url = elsewhere.url("/proxy")
    for path in ("find_similar", "compare"):
        elsewhere.route(f"/proxy/{path}", elsewhere.routes["/proxy/status"])
    catalogue = SAMPLE / "catalogue.csv"
    for command in (["status"], ["check", PHOTO], ["compare", PHOTO, PHOTO], ["import", catalogue]):
        done = lookalike(*command, "--url", url)
        assert_one_sentence(done)
        assert f"A proxy before {url} answers 502 Bad Gateway: the service behind" in done.errors
        assert "<" not in done.errors


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://x.example", "http://[", "http://", "x"])
def test_an_address_that_is_no_service(url: str) -> None:
    assert_one_sentence(lookalike("status", "--url", url), UNUSABLE)


def test_a_service_that_is_away() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    for command in (["status"], ["check", PHOTO], ["compare", PHOTO, PHOTO]):
        done = lookalike(*command, "--url", f"http://127.0.0.1:{port}")
        assert_one_sentence(done)
        assert f"No service answers at http://127.0.0.1:{port}." in done.errors


def test_a_drawing_that_cannot_be_written(tmp_path: Path) -> None:
    drawing = tmp_path / "missing" / "x.png"
    assert_one_sentence(lookalike("compare", PHOTO, PHOTO, "--picture", drawing), UNUSABLE)


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        done = lookalike("serve", "--data", tmp_path / "data", "--port", port)
    assert_one_sentence(done, UNUSABLE)
    assert f"port {port}: Address already in use. Choose another port with --port." in done.errors


def test_a_host_that_is_none(tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = lookalike("serve", "--data", data, "--host", "192.0.2.1", "--port", 0)
    assert_one_sentence(done, UNUSABLE)


@pytest.mark.parametrize(
    "command", [["check", PHOTO], ["serve", "--port", 0]], ids=lambda words: words[0]
)
def test_a_calibration_that_is_none_ends_with_2_at_the_start(
    tmp_path: Path, command: list[object]
) -> None:
    (tmp_path / "calibration.json").write_text('{"slope": 1}', encoding="utf-8")
    EmbeddedStorage(tmp_path, VERSION).close()
    done = lookalike(*command, "--data", tmp_path)
    assert (done.code, done.output) == (2, ""), done
    assert re.fullmatch(r"lookalike: The calibration [^\n]{10,400}\n", done.errors), done.errors
    assert "'intercept' is missing" in done.errors


def test_should_say_how_to_fetch_from_hosts_of_ones_own(loaded_data: Path) -> None:
    done = lookalike("check", "http://127.0.0.1:9/a.jpg", "--data", loaded_data)
    assert_one_sentence(done)
    assert "--allow-private-hosts" in done.errors
