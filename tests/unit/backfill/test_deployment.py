"""A backfill finds a deployment by the name of its stack."""

from __future__ import annotations

import boto3
import pytest

from lookalike.backfill.deployment import deployed
from lookalike.errors import SettingInvalidError
from tests.unit.aws import aws
from tests.unit.lambdas.stacks import STACK, deploy

__all__ = ["aws"]


@pytest.mark.usefixtures("aws")
def test_should_know_its_address_and_key() -> None:
    built = boto3.client("apigateway").create_api_key(name="k", value="a-very-long-api-key-value")
    deploy({"ApiKeyId": built["id"], "ApiUrl": "https://api.example/v1/"})
    assert deployed(STACK) == ("https://api.example/v1", "a-very-long-api-key-value")


@pytest.mark.usefixtures("aws")
def test_should_say_that_a_stack_is_not_ours() -> None:
    deploy({"Other": "x"})
    with pytest.raises(SettingInvalidError, match="is not one of Lookalike"):
        deployed(STACK)
