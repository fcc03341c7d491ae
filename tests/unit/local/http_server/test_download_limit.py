"""Downloads are limited in number and refused at a stop."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from typing_extensions import override

from lookalike.errors import ImageNotFoundError
from lookalike.http.problems import CallerGoneError, StoppingError, TooManyRequestsError
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.local.http_server.asgi import THREADS
from lookalike.local.http_server.download_limit import MAX_DOWNLOADS, LimitedFetcher
from lookalike.local.overload.caller import Caller, working_for
from tests.fakes import FakeFetcher


class _Hanging(ImageFetcher):
    def __init__(self) -> None:
        self.begun, self.end = threading.Semaphore(0), threading.Event()

    @override
    def fetch(self, address: str) -> bytes:
        self.begun.release()
        assert self.end.wait(10)
        return b"x"


def _fetched_for(fetcher: LimitedFetcher, client: str, address: str) -> bytes:
    with working_for(Caller(client)):
        return fetcher.fetch(address)


def test_one_download_too_many_is_refused_at_once() -> None:
    hanging = _Hanging()
    fetcher = LimitedFetcher(hanging, 2)
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(_fetched_for, fetcher, host, f"http://{host}/p") for host in "ab"]
        assert all(hanging.begun.acquire(timeout=10) for _ in running)
        with pytest.raises(TooManyRequestsError):
            _fetched_for(fetcher, "c", "http://c/p")
        hanging.end.set()
        assert [each.result() for each in running] == [b"x", b"x"]
    assert fetcher.fetch("http://a/p") == b"x"


def test_a_slow_host_leaves_places_to_others() -> None:
    """Of 16 places, the first host that hangs gets four, the second three, and so the third."""
    hanging = _Hanging()
    fetcher = LimitedFetcher(hanging, 16)
    with ThreadPoolExecutor(16) as pool:
        running = []
        for host, share in (("slow", 4), ("SLOW.example", 3), ("third", 3)):
            for number in range(share):
                client = f"{host} {number}"
                running.append(pool.submit(_fetched_for, fetcher, client, f"http://{host}/p"))
                assert hanging.begun.acquire(timeout=10)
            with pytest.raises(TooManyRequestsError, match=host.lower()):
                _fetched_for(fetcher, "another", f"http://{host.lower()}/other")
        hanging.end.set()
        assert all(each.result() == b"x" for each in running)


def test_a_slow_host_leaves_places_to_the_same_client() -> None:
    """Of its eight, one that names slow pictures of a host gets four, and four of others."""
    hanging = _Hanging()
    fetcher = LimitedFetcher(hanging, 16)
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(_fetched_for, fetcher, "one", "http://slow/p") for _ in range(4)]
        assert all(hanging.begun.acquire(timeout=10) for _ in running)
        with pytest.raises(TooManyRequestsError, match="slow"):
            _fetched_for(fetcher, "one", "http://slow/p")
        running += [pool.submit(_fetched_for, fetcher, "one", f"http://{n}/p") for n in range(4)]
        assert all(hanging.begun.acquire(timeout=10) for _ in range(4))
        hanging.end.set()
        assert all(each.result() == b"x" for each in running)


def test_a_client_leaves_places_to_others() -> None:
    """Of eight places, one that names slow pictures of many hosts gets four."""
    hanging = _Hanging()
    fetcher = LimitedFetcher(hanging, 8)
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(_fetched_for, fetcher, "one", f"http://{n}/p") for n in range(4)]
        assert all(hanging.begun.acquire(timeout=10) for _ in running)
        with pytest.raises(TooManyRequestsError):
            _fetched_for(fetcher, "one", "http://4/p")
        running.append(pool.submit(_fetched_for, fetcher, "other", "http://4/p"))
        assert hanging.begun.acquire(timeout=10)
        hanging.end.set()
        assert all(each.result() == b"x" for each in running)


def test_an_address_without_a_host_is_refused_by_what_fetches() -> None:
    with pytest.raises(ImageNotFoundError):
        LimitedFetcher(FakeFetcher({})).fetch("http://[")


def test_nothing_is_downloaded_for_a_caller_who_has_gone() -> None:
    caller = Caller()
    caller.give_up(CallerGoneError("The client has gone."))
    with working_for(caller), pytest.raises(CallerGoneError):
        LimitedFetcher(FakeFetcher({"known": b"x"})).fetch("known")


def test_a_failed_download_makes_room() -> None:
    fetcher = LimitedFetcher(FakeFetcher({"known": b"x"}), 1)
    with pytest.raises(ImageNotFoundError):
        fetcher.fetch("unknown")
    assert fetcher.fetch("known") == b"x"


def test_no_download_begins_after_the_close() -> None:
    fetcher = LimitedFetcher(FakeFetcher({"known": b"x"}))
    fetcher.close()
    with pytest.raises(StoppingError):
        fetcher.fetch("known")


def test_half_of_the_threads_are_never_held_by_downloads() -> None:
    assert THREADS - MAX_DOWNLOADS >= THREADS // 2
