"""The scheduled function that uses the service as a caller does."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from lookalike.aws.own_product import ENTITY_ID
from tests.e2e.deployment import Deployment
from tests.e2e.service import Api

pytestmark = pytest.mark.timeout(1800)


def test_should_register_find_and_delete(deployment: Deployment, api: Api) -> None:
    done = deployment.invoke("check_service", {"url": deployment.url})
    assert 0 <= done["found_after_seconds"] <= 120
    assert api.request("GET", f"/products/{ENTITY_ID}").status_code == HTTPStatus.NOT_FOUND
