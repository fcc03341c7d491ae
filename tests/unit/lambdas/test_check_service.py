"""The check of the service registers, waits for the index, finds, deletes, and says what broke."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
import urllib3

from lookalike import Catalogue, fingerprint_of
from lookalike.aws import service_check
from lookalike.aws.made_pictures import generated_jpeg
from lookalike.aws.own_product import ENTITY_ID
from lookalike.aws.service_check import ServiceBrokenError, ServiceCheck, edited
from lookalike.errors import LookalikeError


@dataclass
class Service:
    """What stands for the service: a copy is found at the third search."""

    found_at: int = 3
    refused: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)

    def request(self, method: str, url: str, **what: Any) -> Any:  # noqa: ANN401 - as urllib3
        path = url.removeprefix("https://host/v1")
        self.asked.append(f"{method} {path}")
        assert what["headers"]["x-api-key"] == "secret"
        if what["body"]:
            self.pictures.append(base64.b64decode(json.loads(what["body"])["image_base64"]))
        status = self.refused.get(method, 200)
        searches = sum("find_similar" in asked for asked in self.asked)
        body = {"matches": [{"entity_id": ENTITY_ID}] if searches >= self.found_at else []}
        return SimpleNamespace(status=status, data=b"{}", json=lambda: body)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    """Is asked instead of the network."""
    stands_in = Service()
    monkeypatch.setattr(urllib3, "request", stands_in.request)
    return stands_in


@pytest.fixture
def check() -> ServiceCheck:
    """On a clock on which every pause takes its time, and nothing else does."""
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds

    return ServiceCheck("https://host/v1/", "secret", sleep, lambda: passed[0])


def test_should_say_how_long_the_index_took(service: Service, check: ServiceCheck) -> None:
    assert check.run() == 4.0
    search = "POST /find_similar?top=3"
    product = f"/products/{ENTITY_ID}"
    assert service.asked == [f"PUT {product}", search, search, search, f"DELETE {product}"]


def test_should_send_another_picture_each_time(service: Service, check: ServiceCheck) -> None:
    """Otherwise the index would have it from the time before."""
    check.run()
    check.run()
    registered = service.pictures[0], service.pictures[4]
    assert registered[0] != registered[1]


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_should_delete_whatever_else_breaks(
    method: str, service: Service, check: ServiceCheck
) -> None:
    service.refused[method] = 503
    with pytest.raises(ServiceBrokenError, match=f"{method} /.* is answered 503"):
        check.run()
    assert service.asked[-1].startswith("DELETE")


def test_should_give_up_when_nothing_is_found(service: Service, check: ServiceCheck) -> None:
    service.found_at = 1000
    with pytest.raises(ServiceBrokenError, match="registered 122 seconds ago is not found"):
        check.run()


def test_should_say_what_cannot_be_reached(
    check: ServiceCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise urllib3.exceptions.ConnectTimeoutError

    monkeypatch.setattr(urllib3, "request", refuse)
    with pytest.raises(ServiceBrokenError, match="ConnectTimeoutError"):
        check.run()


def test_should_wait_for_less_than_its_function_may_take() -> None:
    assert issubclass(ServiceBrokenError, LookalikeError)
    assert service_check._PATIENCE_SECONDS + 2 * service_check._TIMEOUT_SECONDS < 240


@pytest.fixture(scope="module")
def catalogue() -> Iterator[Catalogue]:
    """In memory."""
    with Catalogue() as empty:
        yield empty


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_should_ask_with_a_copy_that_only_the_index_can_find(
    seed: int, catalogue: Catalogue
) -> None:
    picture = generated_jpeg(seed)
    catalogue.add(f"generated-{seed}", picture)
    answer = catalogue.check(edited(picture))
    assert [match.product.entity_id for match in answer.matches] == [f"generated-{seed}"]
    stored = catalogue.fingerprint(f"generated-{seed}")
    assert fingerprint_of(edited(picture)).fingerprint_id != stored.fingerprint_id, (
        "the identical picture needs no index"
    )
