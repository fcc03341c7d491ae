"""Requests that the gateway passes on, and checks before a picture is decoded."""

from __future__ import annotations

import pytest

from tests.e2e.pictures import Pictures
from tests.e2e.service import Api
from tests.integration.processes import lookalike

pytestmark = pytest.mark.timeout(1800)

WANTS_A_KEY = (
    ("GET", "/status"),
    ("GET", "/find_similar?image_url=http://127.0.0.1/1.jpg"),
    ("POST", "/find_similar"),
    ("POST", "/uploads"),
    ("GET", "/products"),
    ("GET", "/products/1"),
    ("PUT", "/products/1"),
    ("DELETE", "/products/1"),
)


@pytest.mark.parametrize(("method", "target"), WANTS_A_KEY)
@pytest.mark.parametrize("key", [None, "wrong"])
def test_should_refuse_who_has_no_key(
    keyless: Api, method: str, target: str, key: str | None
) -> None:
    assert Api(keyless.url, key).request(method, target).status_code == 403


def test_should_say_that_it_is_well_to_anybody(keyless: Api) -> None:
    assert keyless.request("GET", "/health").json() == {"status": "ok"}


def test_should_show_the_page_and_the_whole_contract_to_anybody(keyless: Api) -> None:
    assert "<html" in keyless.request("GET", "/").text
    paths = keyless.request("GET", "/openapi.json").json()["paths"]
    assert {"/find_similar", "/compare", "/uploads", "/status"} <= paths.keys()
    assert any(path.startswith("/products/") for path in paths), "of another function"


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/find_similar", 400, "bad_parameter"),
        ("/find_similar?image_url={missing}", 422, "image_not_found"),
        ("/find_similar?image_url=upload:{unknown}", 422, "image_not_found"),
        ("/find_similar?image_url={missing}&top=51", 400, "bad_parameter"),
        ("/products?cursor=none", 400, "bad_parameter"),
        ("/products/none", 404, "unknown_product"),
        ("/imports/1", 404, "unknown_import"),
        ("/duplicates/1/groups", 404, "unknown_duplicate_run"),
    ],
)
def test_should_name_the_callers_mistake(
    api: Api, pictures: Pictures, target: str, status: int, code: str
) -> None:
    done = api.request("GET", target.format(missing=pictures.missing, unknown=32 * "0"))
    assert (done.status_code, done.json()["code"]) == (status, code)
    assert done.headers["Content-Type"] == "application/problem+json"


def test_should_be_asked_by_the_command_line(api: Api, pictures: Pictures) -> None:
    """Which says by its exit code that there is no such picture."""
    done = lookalike("check", pictures.missing, "--url", api.url, "--api-key", api.key, "--json")
    assert done.code != 0
    assert "404" in done.errors
