"""Products are found by looks on the deployment, as a local service with the same finds them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import pytest

from lookalike.storage.opensearch.looks import OpenSearchLooks
from tests.e2e.deployment import Deployment
from tests.e2e.pictures import Pictures
from tests.e2e.service import Api, Asking, in_text, sample, wait_until
from tests.e2e.test_changes import UNRELATED_PICTURE
from tests.e2e.test_checks import CHANGES, JPEG, an_edited_copy, chosen
from tests.integration.processes import Service

pytestmark = pytest.mark.timeout(1800)

PASSING = "passing-by-looks"
OPTIONS = ("top=10", f"top=5&filter={quote('category:T-Shirt')}", "diversify=attribute:category")
ROUNDED = 0.002
"""Cosines may differ by this much: OpenSearch scales vectors before it makes half floats of them.
"""


@pytest.fixture(scope="module")
def followed(registered: Mapping[str, str], looks: OpenSearchLooks) -> Mapping[str, str]:
    """The sample, once the index has all of it."""
    wait_until(lambda: looks.digests(registered).keys() == registered.keys(), "it has the sample")
    wait_until(lambda: looks.count() >= len(registered), "searches show the sample")
    return registered


def answered(asking: Asking, method: str, target: str, **what: Any) -> dict[str, Any]:  # noqa: ANN401 - as requests has it
    """The answer of a search."""
    done = asking(method, target, **what)
    assert done.status_code == HTTPStatus.OK, done.text
    answer: dict[str, Any] = done.json()
    return answer


def found_by(asking: Asking, picture: bytes, options: str = "top=5") -> dict[str, float]:
    """Cosines of the products that a search with this picture shows, by entity id."""
    answer = answered(asking, "POST", f"/search?{options}", data=picture, headers=JPEG)
    return {each["entity_id"]: each["cosine"] for each in answer["products"]}


def hold_equal(there: Mapping[str, Any], here: Mapping[str, Any]) -> None:
    """The same products in the same order, but for those that look alike to within rounding."""
    assert there["model"] == here["model"]
    assert there["facets"] == here["facets"]
    assert len(there["products"]) == len(here["products"]) > 0
    cosines = [each["cosine"] for each in here["products"]]
    assert [each["cosine"] for each in there["products"]] == pytest.approx(cosines, abs=ROUNDED)
    last, by_id = cosines[-1], {each["entity_id"]: each for each in here["products"]}
    for product in there["products"]:
        same = by_id.get(product["entity_id"])
        if same is None:
            assert product["cosine"] == pytest.approx(last, abs=ROUNDED), "it is not among the last"
            continue
        assert product["cosine"] == pytest.approx(same["cosine"], abs=ROUNDED)
        assert product["likeness_percentage"] == pytest.approx(same["likeness_percentage"], abs=0.5)
        assert (product["sku"], product["attributes"]) == (same["sku"], same["attributes"])
        assert (product["image_index"], product["others"]) == (same["image_index"], same["others"])


def test_should_answer_as_a_local_service_does(
    api: Api,
    deployment: Deployment,
    local: Service,
    followed: Mapping[str, str],
    registered_here: Mapping[str, str],
) -> None:
    if deployment.is_shared:
        pytest.skip("what others have registered there looks like the sample, too")
    assert followed == registered_here
    pictures = [*map(an_edited_copy, CHANGES), UNRELATED_PICTURE]
    for picture in pictures:
        for options in OPTIONS:
            what = {"data": picture, "headers": JPEG}
            target = f"/search?{options}"
            there, here = (answered(each.request, "POST", target, **what) for each in (api, local))
            hold_equal(there, here)
    for number in range(5):
        target = f"/search?top=10&entity_id={chosen(number).entity_id}"
        hold_equal(*(answered(each.request, "GET", target) for each in (api, local)))


def test_should_find_the_photograph_of_an_edited_copy_first(
    api: Api, followed: Mapping[str, str], pictures: Pictures
) -> None:
    entry = chosen(CHANGES.index("flip"))
    assert entry.entity_id in followed
    address = quote(pictures.put(an_edited_copy("flip")))
    first = answered(api.request, "GET", f"/search?image_url={address}&top=1")["products"][0]
    assert first["entity_id"] == entry.entity_id
    check = answered(api.request, "GET", f"/find_similar?image_url={address}&include=similar&top=3")
    assert entry.entity_id in {match["entity_id"] for match in check["matches"]}
    assert entry.entity_id not in {each["entity_id"] for each in check["similar"]}
    assert check["similar"]


def test_should_follow_what_is_registered_replaced_and_deleted(
    api: Api, followed: Mapping[str, str], looks: OpenSearchLooks
) -> None:
    """Its filters, too: the index has the product's attributes."""
    entry = sample()[100]
    assert entry.entity_id in followed

    def put(picture: bytes, season: str) -> str:
        before = looks.digests([PASSING])
        body = {"sku": "s", "attributes": {"season": season}, **in_text(picture)}
        done = api.request("PUT", f"/products/{PASSING}", json=body)
        assert done.ok, done.text
        wait_until(lambda: looks.digests([PASSING]) != before, f"the index follows: {season}")
        return f"top=5&filter=season:{season}"

    def wait_for(picture: bytes, options: str, expected: set[str]) -> None:
        wait_until(lambda: found_by(api.request, picture, options).keys() == expected, options)

    spring = put(entry.photograph, "spring")
    wait_for(UNRELATED_PICTURE, spring, {PASSING})
    assert {entry.entity_id, PASSING} <= found_by(api.request, entry.photograph).keys()
    autumn = put(UNRELATED_PICTURE, "autumn")
    wait_for(UNRELATED_PICTURE, autumn, {PASSING})
    assert found_by(api.request, UNRELATED_PICTURE, spring) == {}
    assert next(iter(found_by(api.request, UNRELATED_PICTURE))) == PASSING
    done = api.request("DELETE", f"/products/{PASSING}")
    assert done.status_code == HTTPStatus.NO_CONTENT, done.text
    assert PASSING not in found_by(api.request, UNRELATED_PICTURE), "the table says it is gone"
    wait_until(lambda: looks.digests([PASSING]) == {}, "the index follows a deletion")


def test_should_find_no_drift_in_the_index_that_the_stream_filled(
    deployment: Deployment, followed: Mapping[str, str], looks: OpenSearchLooks
) -> None:
    found = deployment.invoke("reconcile_index")
    assert found["finished_at"] is not None
    assert (found["looks_behind"], found["looks_ahead"], found["unrepaired"]) == (0, 0, 0)
    assert found["looks_found"] == found["products"] >= len(followed)
    wait_until(lambda: looks.count() == found["products"], "searches show each product once")
