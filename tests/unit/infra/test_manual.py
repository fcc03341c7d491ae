"""What the manual tells deployers is what the templates need."""

from __future__ import annotations

import re

import pytest

from tests.unit.infra.conftest import ROOT
from tests.unit.infra.templates import Stack

PREFIXES = {
    "OpenSearchService": "es",
    "OpenSearchServerless": "aoss",
    "StepFunctions": "states",
}
"""What policies call a service where that is not what templates call it, in small letters."""
NOT_MADE = {"CDK"}
"""Read by the CDK alone."""


@pytest.mark.parametrize("name", ["prod", "with_options", "in_network"])
def test_should_name_every_service_that_deployers_need(
    name: str, request: pytest.FixtureRequest
) -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (told,) = re.findall("`lookalike-deploy` allows(.*?)That list", manual, re.DOTALL)
    stack: Stack = request.getfixturevalue(name)
    kinds = [r["Type"].split("::") for r in stack.template["Resources"].values()]
    built = {kind[1] for kind in kinds if kind[0] == "AWS"} - NOT_MADE
    needed = {PREFIXES.get(service, service.lower()) for service in built}
    assert needed <= set(re.findall("`([a-z0-9]+)`", told))
