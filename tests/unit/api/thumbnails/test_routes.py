"""``GET /thumbnails`` shows what is stored of pictures, without their files."""

from __future__ import annotations

import io
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.api.thumbnails.routes import MAX_THUMBNAILS, thumbnails_routes
from lookalike.fingerprint.signature import CELL_BITS, GRID, encode
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION, a_fingerprint_id, a_picture
from tests.images import picture
from tests.service import Client

KEY = bytes(range(32))
BROKEN, UNKNOWN = 8, 9


def signature(seed: int) -> bytes:
    return encode(np.ones((GRID * GRID, CELL_BITS), np.float32), picture(400, 533, seed))


@pytest.fixture(params=[None, KEY], ids=["plain", "encrypted"])
def storage(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[EmbeddedStorage]:
    """A folder with two pictures, and one whose signature is broken."""
    with closing(EmbeddedStorage(tmp_path, VERSION, key=request.param)) as made:
        stored = [a_picture(number, signature=signature(number)) for number in (1, 2)]
        made.pictures.put_many([*stored, a_picture(BROKEN, signature=b"broken")])
        yield made


@pytest.fixture
def client(storage: EmbeddedStorage) -> Client:
    return Client(build_resolver([thumbnails_routes(storage.pictures)], "1"))


def path(*numbers: int) -> str:
    return "/thumbnails?" + "&".join(f"id={a_fingerprint_id(number)}" for number in numbers)


def shown(data_uri: str) -> Image.Image:
    head, _, content = data_uri.partition(",")
    assert head == "data:image/webp;base64"
    return Image.open(io.BytesIO(b64decode(content, validate=True)))


def test_should_show_pictures_in_the_order_that_is_asked_for(client: Client) -> None:
    thumbnails = client.get(path(2, 1, 2)).json["thumbnails"]
    ids = [each["fingerprint_id"] for each in thumbnails]
    assert ids == [a_fingerprint_id(2), a_fingerprint_id(1)]
    for seed, each in zip((2, 1), thumbnails, strict=True):
        small = shown(each["data_uri"])
        assert small.size == (192, 256)
        expected = np.asarray(picture(192, 256, seed), np.int16)
        assert np.abs(np.asarray(small.convert("RGB"), np.int16) - expected).mean() < 8


def test_should_be_kept_by_the_browser_that_may_read_them(client: Client) -> None:
    headers = client.get(path(1, 2)).headers
    assert headers["Cache-Control"] == "private, max-age=86400, immutable"
    assert headers["Vary"] == "x-api-key"


@pytest.mark.parametrize("absent", [UNKNOWN, BROKEN])
def test_should_leave_out_what_is_not_there_and_be_asked_again(client: Client, absent: int) -> None:
    answer = client.get(path(1, absent))
    assert [each["fingerprint_id"] for each in answer.json["thumbnails"]] == [a_fingerprint_id(1)]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "query", ["", "id=", "id=../x", f"id={'A' * 32}", "&".join(["id=" + "a" * 32] * 51)]
)
def test_should_refuse_what_names_no_picture(client: Client, query: str) -> None:
    assert MAX_THUMBNAILS == 50
    assert client.get(f"/thumbnails?{query}").status == 400
