"""The examples of the contract work when they are tried on the sample catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from lookalike.http import examples
from tests.integration.processes import SAMPLE, SAMPLE_CATALOGUE, Service, lookalike, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

_SHOWN = "http://127.0.0.1:8080"
"""Where `make run` serves the sample."""
_ORIGINALS = (
    "1a837d72-8a6b-487b-aa36-b3c2d19a8af5",
    "01612828-969f-478e-a7da-95f2059bd663",
    "0a77dbed-06fb-4ba7-b1e3-24f3a41498bc",
)
"""What the examples show or name, of the sample."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service on these products, as `make run` starts it."""
    folder = tmp_path_factory.mktemp("examples")
    header, *rows = SAMPLE_CATALOGUE.read_text(encoding="utf-8").splitlines()
    chosen = [row for row in rows if row.startswith(_ORIGINALS)]
    (folder / "catalogue.csv").write_text("\n".join([header, *chosen]), encoding="utf-8")
    data = folder / "data"
    lookalike("import", folder / "catalogue.csv", "--data", data, "--images-root", SAMPLE)
    with serving(data, "--images-root", SAMPLE, "--allow-private-hosts") as running:
        yield running


@pytest.fixture(scope="module")
def contract(sample: Service) -> dict[str, Any]:
    """The contract with addresses of the service that runs."""
    text = sample.request("GET", "/openapi.json").text
    assert _SHOWN in text
    document: dict[str, Any] = json.loads(text.replace(_SHOWN, sample.url))
    return document


def _values(holder: dict[str, Any]) -> list[Any]:
    found = [example["value"] for example in holder.get("examples", {}).values()]
    assert found
    return found


def test_should_check_the_address(sample: Service, contract: dict[str, Any]) -> None:
    [image_url, *_] = contract["paths"]["/find_similar"]["get"]["parameters"]
    [address] = _values(image_url)
    answer = sample.request("GET", "/find_similar", params={"image_url": address}).json()
    assert answer["is_duplicate"] is True


@pytest.mark.parametrize("path", ["/find_similar", "/find_similar/batch", "/compare"])
def test_should_find_the_picture_in_each_body(
    sample: Service, contract: dict[str, Any], path: str
) -> None:
    body = contract["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    for value in _values(body):
        answer = sample.request("POST", path, json=value).json()
        results = [item["result"] for item in answer.get("results", [])] or [answer]
        for result in results:
            assert result.get("is_duplicate", result.get("match_percentage", 0) > 50), result


def test_should_store_and_read_products(sample: Service, contract: dict[str, Any]) -> None:
    operations = contract["paths"]["/products/{entity_id}"]
    [parameter] = operations["get"]["parameters"]
    for entity_id in _values(parameter):
        for product in _values(operations["put"]["requestBody"]["content"]["application/json"]):
            done = sample.request("PUT", f"/products/{entity_id}", json=product)
            assert done.status_code in (200, 201), done.text
        assert sample.request("GET", f"/products/{entity_id}").status_code == 200
    assert examples.ENTITY_ID in _values(parameter)


def test_should_load_the_catalogue(sample: Service, contract: dict[str, Any]) -> None:
    [text] = _values(contract["paths"]["/imports"]["post"]["requestBody"]["content"]["text/csv"])
    headers = {"Content-Type": "text/csv"}
    started = sample.request("POST", "/imports", data=text, headers=headers)
    assert (started.status_code, started.json()["state"]) == (202, "running")
