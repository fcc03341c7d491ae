"""What comes from the internet: a running service refuses it and lives."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from urllib.parse import quote

import pytest

from tests import servers
from tests.images import hostile_images
from tests.integration.processes import Service
from tests.unit.images.fetching.hostile_urls import HOSTILE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

AT_ONCE = 8
ASKING_A_NAME_SERVER = ("names that lead inside", "names that look different")


def test_should_survive_hostile_pictures(live: Service) -> None:
    """Every other one of the corpus."""
    pictures = list(hostile_images())[::2]
    assert len(pictures) > 500

    def post(data: bytes) -> int:
        """Some keep all cores busy for seconds: ask again, as the service asks for."""
        headers = {"Content-Type": "image/jpeg"}
        while True:
            answer = live.request("POST", "/find_similar", data=data, headers=headers)
            if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                return answer.status_code
            time.sleep(int(answer.headers["Retry-After"]))

    with ThreadPoolExecutor(AT_ONCE) as executor:
        answers = Counter(executor.map(post, (data for _, data in pictures)))
    assert set(answers) <= {200, 400, 413, 415, 422}
    assert answers[200] > 20
    assert live.request("GET", "/health").status_code == 200
    assert live.process.poll() is None


def test_should_refuse_hostile_addresses(live: Service) -> None:
    addresses = [
        url
        for attempt, (_, urls) in HOSTILE.items()
        if attempt not in ASKING_A_NAME_SERVER
        for url in urls
    ]
    assert len(addresses) > 300

    def check(url: str) -> int:
        query = quote(url.encode("utf-8", "surrogatepass"), safe="")
        return live.request("GET", f"/find_similar?image_url={query}").status_code

    with ThreadPoolExecutor(AT_ONCE) as executor:
        answers = Counter(executor.map(check, addresses))
    assert set(answers) <= {400, 422}
    assert live.request("GET", "/health").status_code == 200


def test_should_not_fetch_from_its_own_machine(live: Service) -> None:
    """There is a picture, which the service does not request."""
    with servers.PictureServer() as pictures:
        for host in ("127.0.0.1", "localhost", "[::1]", "0x7f000001", "2130706433"):
            pictures.route("/p.jpg", servers.answer(b"secret"))
            url = quote(pictures.url("/p.jpg", host), safe="")
            response = live.request("GET", f"/find_similar?image_url={url}")
            assert (response.status_code, response.json()["code"]) == (422, "host_not_allowed")
        assert pictures.requests == []
