"""Functions are traced, get the variables of their settings, and answer from snapshots."""

from __future__ import annotations

from typing import Any

import pytest

from infra.bundling import requirements
from infra.environments import PROD
from infra.function_specs import FUNCTIONS, FunctionSpec
from infra.functions import variables
from lookalike.aws.settings import PREFIX, DuplicateSettings, LoadSettings, read_settings
from tests.unit.infra.conftest import CALIBRATION
from tests.unit.infra.templates import Stack

FUNCTION = "AWS::Lambda::Function"
SERVING = ("find_similar", "manage_products")


def _ours(stack: Stack) -> list[dict[str, Any]]:
    """All functions but those of the CDK's provider framework."""
    return [f for f in stack.properties(FUNCTION) if f["Handler"].startswith("lambdas.")]


def test_should_keep_old_versions_in_production(prod: Stack, dev: Stack) -> None:
    """An alias can be moved back to one; elsewhere, a snapshot that is not used costs money."""
    versions = [stack.all("AWS::Lambda::Version") for stack in (prod, dev)]
    kept = [{version["DeletionPolicy"] for version in of_one} for of_one in versions]
    assert kept == [{"Retain"}, {"Delete"}]


def _ids(spec: FunctionSpec) -> str:
    return spec.name


@pytest.mark.parametrize("spec", FUNCTIONS, ids=_ids)
def test_should_tell_a_function_what_its_settings_ask_for(
    spec: FunctionSpec, dev: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = dev.function(spec.name)["Environment"]["Variables"]
    told = {name: value for name, value in everything.items() if name.startswith(PREFIX)}
    for name, value in told.items():
        plain = isinstance(value, str)
        endpoint = name == f"{PREFIX}OPENSEARCH_ENDPOINT"
        monkeypatch.setenv(name, value if plain else "https://host" if endpoint else "name")
    assert spec.settings is not None
    settings = read_settings(spec.settings)
    assert set(told) <= {f"{PREFIX}{field.upper()}" for field in type(settings).model_fields}


def test_should_refuse_a_setting_without_a_value() -> None:
    with pytest.raises(KeyError, match="products_table"):
        variables(FUNCTIONS[0], {})


def test_should_fetch_from_private_networks_in_an_emulator_alone(
    dev: Stack, prod: Stack, emulated: Stack
) -> None:
    allowed = [
        stack.function("find_similar")["Environment"]["Variables"][f"{PREFIX}ALLOW_PRIVATE_HOSTS"]
        for stack in (dev, prod, emulated)
    ]
    assert allowed == ["false", "false", "true"]


def test_should_tell_the_checks_their_calibration(dev: Stack, with_options: Stack) -> None:
    name = f"{PREFIX}CALIBRATION_JSON"
    told = {
        spec.name: with_options.function(spec.name)["Environment"]["Variables"].get(name)
        for spec in FUNCTIONS
    }
    comparing = [s.name for s in FUNCTIONS if s.settings in {DuplicateSettings, LoadSettings}]
    own = {told.pop(name) for name in (*SERVING, *comparing)}
    assert own == {CALIBRATION.read_text("utf-8")}
    assert set(told.values()) == {None}
    assert name not in dev.text, "percentages are as shipped unless told otherwise"


@pytest.mark.parametrize("name", SERVING)
def test_should_answer_callers_from_a_snapshot(name: str, deployed: Stack) -> None:
    assert deployed.function(name)["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    aliases = deployed.properties("AWS::Lambda::Alias")
    assert [alias["Name"] for alias in aliases] == ["live", "live"]
    assert all("Version" in alias["FunctionVersion"]["Fn::GetAtt"][1] for alias in aliases)


def test_should_answer_before_the_gateway_gives_up(deployed: Stack) -> None:
    assert all(deployed.function(name)["Timeout"] < 29 for name in SERVING)


def test_should_run_on_arm_by_default(dev: Stack, with_options: Stack) -> None:
    assert {tuple(f["Architectures"]) for f in _ours(dev)} == {("arm64",)}
    assert {tuple(f["Architectures"]) for f in _ours(with_options)} == {("x86_64",)}


def test_should_trace_every_function_and_keep_its_logs(deployed: Stack) -> None:
    for function in _ours(deployed):
        assert function["Runtime"] == "python3.13"
        assert function["TracingConfig"] == {"Mode": "Active"}
        assert "LogGroup" in function["LoggingConfig"]


def test_should_keep_executions_for_every_part_of_a_reconciliation(prod: Stack, dev: Stack) -> None:
    reserved = {name: prod.function(name)["ReservedConcurrentExecutions"] for name in SERVING}
    parts = prod.function("reconcile_index")["ReservedConcurrentExecutions"]
    assert parts == PROD.reconcile_parts == 4
    assert all(PROD.reserved_concurrency[name] == count for name, count in reserved.items())
    assert "ReservedConcurrentExecutions" not in dev.text, "new accounts have no quota for it"


def test_should_take_versions_from_the_project() -> None:
    assert requirements(["numpy"])[0].startswith("numpy==")
    with pytest.raises(KeyError, match="moto"):
        requirements(["moto"])
