"""The routes against a running server that fetches from a local server of pictures."""

from __future__ import annotations

import base64
import http.client
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from itertools import islice
from urllib.parse import urlsplit

import pytest
import requests

from lookalike.local.http_server.asgi import AsgiApplication
from tests.fakes import a_picture_file
from tests.integration.http.conftest import BODY_LIMIT, DOWNLOADS, running
from tests.servers import Exchange, PictureServer


class TestRoutes:
    def test_a_picture_is_registered_found_and_deleted(
        self, url: str, session: requests.Session, pictures: PictureServer
    ) -> None:
        product = f"{url}/products/a%2Fb"
        description = {"sku": "s", "image_url": pictures.url("/1"), "attributes": {"k": "ü"}}
        assert session.put(product, json=description).status_code == 201
        assert session.put(product, json=description).status_code == 200
        assert session.get(product).json()["attributes"] == {"k": "ü"}
        found = session.get(f"{url}/find_similar", params={"image_url": pictures.url("/1")})
        assert found.json()["is_duplicate"] is True
        assert session.delete(product).status_code == 204
        assert session.get(product).status_code == 404

    @pytest.mark.parametrize("content_type", ["image/jpeg", "application/octet-stream"])
    def test_raw_bytes_are_checked(
        self, url: str, session: requests.Session, content_type: str
    ) -> None:
        data, headers = a_picture_file(4), {"Content-Type": content_type}
        answer = session.post(f"{url}/find_similar?top=5", data=data, headers=headers)
        assert answer.json()["query"]["width"] == 4

    def test_a_form_is_checked(self, url: str, session: requests.Session) -> None:
        files = {"image": ("ü.jpg", a_picture_file(4), "image/jpeg")}
        answer = session.post(f"{url}/find_similar/", files=files)
        assert answer.json()["query"]["width"] == 4

    def test_json_is_checked(self, url: str, session: requests.Session) -> None:
        body = {"image_base64": base64.b64encode(a_picture_file(4)).decode()}
        answer = session.post(f"{url}/find_similar", json=body)
        assert answer.json()["query"]["width"] == 4

    def test_a_batch_and_a_comparison(
        self, url: str, session: requests.Session, pictures: PictureServer
    ) -> None:
        reference = {"image_url": pictures.url("/1")}
        queries = [{"id": "1", **reference}, {"id": "2", "image_url": pictures.url("/none")}]
        batch = session.post(f"{url}/find_similar/batch", json={"queries": queries}).json()
        codes = [(item["problem"] or {}).get("code") for item in batch["results"]]
        assert codes == [None, "image_not_found"]
        compared = session.post(f"{url}/compare", json={"a": reference, "b": reference})
        assert compared.json()["verdict"] == "edited_copy"

    def test_a_catalogue_is_accepted(self, url: str, session: requests.Session) -> None:
        files = {"catalogue": ("shop.csv", b"entity_id,sku,image_url\n", "text/csv")}
        answer = session.post(f"{url}/imports", files=files)
        assert answer.status_code == 202
        assert session.get(url + answer.headers["Location"]).json()["state"] == "running"

    @pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/status", "/health"])
    def test_pages_and_status_are_there(
        self, url: str, session: requests.Session, path: str
    ) -> None:
        answer = session.get(url + path)
        assert answer.status_code == 200
        assert session.head(url + path).headers["Content-Length"] == str(len(answer.content))

    def test_the_server_does_not_tell_its_version(
        self, url: str, session: requests.Session
    ) -> None:
        assert session.get(f"{url}/health").headers["Server"] == "lookalike"


def _raw(url: str, *pieces: bytes) -> bytes:
    """Everything that is answered to these bytes, until the server closes."""
    parts = urlsplit(url)
    with closing(socket.create_connection((parts.hostname or "", parts.port or 0), 10)) as client:
        for piece in pieces:
            client.sendall(piece)
        answer = b""
        while received := client.recv(65536):
            answer += received
    return answer


class TestConnections:
    def test_one_connection_serves_many_requests(self, url: str) -> None:
        with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)) as connection:
            connection.connect()
            first = connection.sock
            for path, status in [("/health", 200), ("/nope", 404), ("/status", 200)]:
                connection.request("GET", path)
                answer = connection.getresponse()
                assert (answer.read() != b"", answer.status) == (True, status)
            assert connection.sock is first

    def test_requests_may_be_sent_ahead_of_answers(self, url: str) -> None:
        request = b"GET /%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
        last = request % (b"health", b"Connection: close\r\n")
        answer = _raw(url, request % (b"status", b"") + request % (b"nope", b"") + last)
        assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"404", b"200"]

    def test_a_body_in_chunks_is_read(self, url: str) -> None:
        data = a_picture_file(123)
        chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in data) + b"0\r\n\r\n"
        head = b"POST /find_similar HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\n"
        head += b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        answer = _raw(url, head, chunks)
        assert b" 200 OK" in answer
        assert b'"width":123' in answer

    def test_too_large_a_body_is_refused_and_the_client_reads_why(
        self, url: str, session: requests.Session
    ) -> None:
        headers = {"Content-Type": "image/jpeg"}
        data = bytes(BODY_LIMIT + 1)
        answer = session.post(f"{url}/find_similar", data=data, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
        assert session.get(f"{url}/health").status_code == 200

    def test_an_endless_upload_is_cut_off(self, url: str) -> None:
        """The server closes while the client would go on sending."""
        head = (
            b"POST /find_similar HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b"10000\r\n" + bytes(65536) + b"\r\n"
        parts = urlsplit(url)
        address = (parts.hostname or "", parts.port or 0)
        with closing(socket.create_connection(address, 10)) as client:
            client.sendall(head)
            with pytest.raises((ConnectionResetError, BrokenPipeError)):
                client.sendall(chunk * 1000)

    def test_whoever_asks_before_sending_too_much_is_spared_it(self, url: str) -> None:
        head = b"POST /find_similar HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
        answer = _raw(url, head + b"Content-Length: 900000000\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 413 ")

    @pytest.mark.parametrize(
        "request_bytes",
        [
            b"\x00\x01\x02\r\n\r\n",
            b"GET /\xff HTTP/1.1\r\nHost: [::1]\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: [::1]\r\nContent-Length: -1\r\n\r\n",
            b"GET /%00 HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
            b"GET /find_similar?\xc3\xbc=1 HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
            b"GET /find_similar?image_url=%FF HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
            b"BREW / HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
        ],
    )
    def test_what_is_hardly_http_is_the_clients_fault(
        self, url: str, session: requests.Session, request_bytes: bytes
    ) -> None:
        assert _raw(url, request_bytes).split()[1].startswith(b"4")
        assert session.get(f"{url}/health").status_code == 200


@pytest.fixture
def slow(pictures: PictureServer) -> Iterator[SlowPicture]:
    """A picture whose download takes until the test lets it go on."""
    picture = SlowPicture(pictures)
    yield picture
    picture.end.set()


class SlowPicture:
    """Counts who has begun to download it."""

    def __init__(self, pictures: PictureServer) -> None:
        self.begun, self.end = threading.Semaphore(0), threading.Event()
        self.address = pictures.route("/slow", self._route)

    def _route(self, exchange: Exchange) -> None:
        self.begun.release()
        assert self.end.wait(60)
        exchange.head(200, {"Content-Length": len(a_picture_file(2))})
        exchange.write(a_picture_file(2))


def _upload(url: str, session: requests.Session) -> requests.Response:
    headers = {"Content-Type": "image/jpeg"}
    return session.post(f"{url}/find_similar", data=a_picture_file(4), headers=headers)


class TestConcurrency:
    def test_slow_downloads_do_not_hold_up_an_upload(
        self, url: str, session: requests.Session, slow: SlowPicture
    ) -> None:
        """More downloads than there may be, and than there are threads; some hang all the time."""
        several = 3 * DOWNLOADS
        with ThreadPoolExecutor(several) as pool:
            check = f"{url}/find_similar?image_url={slow.address}"
            asked = [pool.submit(requests.get, check, timeout=60) for _ in range(several)]
            assert all(slow.begun.acquire(timeout=60) for _ in range(DOWNLOADS))
            refused = islice(as_completed(asked, 10), several - DOWNLOADS)
            assert {answer.result().status_code for answer in refused} == {429}
            upload = _upload(url, session)
            hanging = [future for future in asked if not future.done()]
            slow.end.set()
            widths = [future.result().json()["query"]["width"] for future in hanging]
        assert (upload.status_code, widths) == (200, [2] * DOWNLOADS)

    def test_a_slow_host_leaves_the_same_client_downloads_from_others(
        self, url: str, session: requests.Session, slow: SlowPicture, pictures: PictureServer
    ) -> None:
        """The other host is the same machine under its name."""
        other = pictures.url("/1", host="localhost")
        with ThreadPoolExecutor(2 * DOWNLOADS) as pool:
            check = f"{url}/find_similar?image_url="
            asked = [
                pool.submit(requests.get, check + slow.address, timeout=60)
                for _ in range(2 * DOWNLOADS)
            ]
            assert all(slow.begun.acquire(timeout=60) for _ in range(DOWNLOADS))
            refused = islice(as_completed(asked, 10), DOWNLOADS)
            assert {answer.result().status_code for answer in refused} == {429}
            status = session.get(check + other).status_code
            slow.end.set()
        assert status == 200

    def test_slow_batches_hold_up_neither_uploads_nor_batches(
        self, url: str, session: requests.Session, slow: SlowPicture
    ) -> None:
        """The batches take all downloads; in them, too, what goes beyond is refused."""
        queries = [{"id": str(number), "image_url": slow.address} for number in range(16)]
        upload = {"id": "upload", "image_base64": base64.b64encode(a_picture_file(4)).decode()}
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(
                requests.post, f"{url}/find_similar/batch", json={"queries": queries}, timeout=20
            )
            assert all(slow.begun.acquire(timeout=60) for _ in range(DOWNLOADS))
            other = session.post(f"{url}/find_similar/batch", json={"queries": [upload]}).json()
            answers = (_upload(url, session).status_code, asked.done())
            slow.end.set()
            problems = [item["problem"] for item in asked.result().json()["results"]]
        assert other["results"][0]["result"]["query"]["width"] == 4
        assert answers == (200, False)
        assert {problem["code"] for problem in problems if problem} == {"too_many_requests"}

    def test_nothing_is_downloaded_any_more_while_the_service_stops(
        self, application: AsgiApplication, slow: SlowPicture
    ) -> None:
        """A comparison of two slow pictures ends when the first has arrived."""
        reference = {"image_url": slow.address}
        with running(application) as (server, url), ThreadPoolExecutor(1) as pool:
            both = {"a": reference, "b": reference}
            asked = pool.submit(requests.post, f"{url}/compare", json=both, timeout=60)
            assert slow.begun.acquire(timeout=60)
            server.stop()
            application.stop()
            slow.end.set()
            answer = asked.result()
        assert (answer.status_code, answer.json()["code"]) == (503, "stopping")

    def test_a_running_request_is_finished_before_the_stop(
        self, application: AsgiApplication, slow: SlowPicture
    ) -> None:
        with running(application) as (server, url), ThreadPoolExecutor(1) as pool:
            check = f"{url}/find_similar?image_url={slow.address}"
            waiting = pool.submit(requests.get, check, timeout=60)
            assert slow.begun.acquire(timeout=60)
            server.stop()
            slow.end.set()
            assert waiting.result().json()["query"]["width"] == 2


class TestCrossSite:
    def test_a_form_of_another_site_is_refused(self, url: str, session: requests.Session) -> None:
        files = {"catalogue": ("shop.csv", b"entity_id,sku,image_url\n", "text/csv")}
        headers = {"Origin": "https://evil.example"}
        answer = session.post(f"{url}/imports", files=files, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")

    def test_the_own_page_may(self, url: str, session: requests.Session) -> None:
        headers = {"Origin": url, "Sec-Fetch-Site": "same-origin", "Content-Type": "image/jpeg"}
        data = a_picture_file(4)
        answer = session.post(f"{url}/find_similar", data=data, headers=headers)
        assert answer.status_code == 200

    def test_another_name_is_refused(self, url: str, session: requests.Session) -> None:
        answer = session.get(f"{url}/status", headers={"Host": "evil.example"})
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")


def test_an_absent_picture_server_is_unreachable(url: str, session: requests.Session) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    params = {"image_url": f"http://127.0.0.1:{port}/x.jpg"}
    answer = session.get(f"{url}/find_similar", params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, "image_unreachable")
