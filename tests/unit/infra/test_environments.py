"""Environments are data, and only an emulator goes without anything."""

from __future__ import annotations

import pytest

from infra.environments import DEV, PROD, Part, emulated_environment, environment_of
from infra.errors import UnknownEnvironmentError
from tests.unit.infra.conftest import Synth
from tests.unit.infra.templates import Stack


def test_should_know_its_environments_by_name() -> None:
    assert environment_of("dev") is DEV
    assert environment_of("prod") is PROD
    with pytest.raises(UnknownEnvironmentError, match=r"staging.* dev, prod, test"):
        environment_of("staging")


def test_should_leave_out_for_a_reason_and_in_an_emulator_alone() -> None:
    emulated = emulated_environment()
    assert not DEV.left_out
    assert not PROD.left_out
    assert all(len(reason) > 20 for reason in emulated.left_out.values())
    assert not any(emulated.has(part) for part in Part)


def test_should_give_an_emulator_everything_that_it_can_do(emulated: Stack, dev: Stack) -> None:
    kinds = {resource["Type"] for resource in dev.template["Resources"].values()}
    there = {resource["Type"] for resource in emulated.template["Resources"].values()}
    missing = kinds - there
    assert all(kind.startswith(("AWS::WAFv2::", "AWS::CE::")) for kind in missing)


def test_should_ask_an_emulators_index_without_signing(emulated: Stack) -> None:
    variables = emulated.function("find_similar")["Environment"]["Variables"]
    assert variables["LOOKALIKE_OPENSEARCH_SERVICE"] == "none"
    assert emulated.words(variables["LOOKALIKE_OPENSEARCH_ENDPOINT"]).startswith("http://")


def test_should_tell_operators_where_everything_is(deployed: Stack) -> None:
    assert set(deployed.template["Outputs"]) >= {
        "ApiUrl",
        "ApiKeyId",
        "ProductsTable",
        "PicturesTable",
        "ImportsTable",
        "UploadsBucket",
        "FailedRecordsBucket",
        "OpenSearchEndpoint",
        "OpenSearchAdministratorRole",
    }


def test_should_leave_nothing_for_cdk_to_warn_of(
    dev: Stack, prod: Stack, emulated: Stack, with_options: Stack
) -> None:
    """Whoever deploys would have to find out whether it matters."""
    assert [stack.messages for stack in (dev, prod, emulated, with_options)] == [[]] * 4


def test_should_be_no_change_where_nothing_has_changed(synth: Synth, dev: Stack) -> None:
    again = synth(DEV)
    assert again.template == dev.template
    assert again.tags == dev.tags
