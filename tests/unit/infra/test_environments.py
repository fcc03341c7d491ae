"""Environments are data, and only an emulator goes without anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infra import environment_checks
from infra.environment_checks import environment_flaws, find_environment
from infra.environments import (
    DEV,
    PROD,
    SMALL,
    Backfill,
    CustomDomain,
    Network,
    Part,
    emulated_environment,
)
from infra.errors import InvalidEnvironmentError, UnknownEnvironmentError
from lookalike.aws.looks import deployed_space
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.embeddings import Quantisation
from lookalike.storage.index_kind import IndexKind
from lookalike.storage.opensearch.service import OpenSearchService
from tests.unit.infra.conftest import CALIBRATION, COMPLETE, ROOT, Synth
from tests.unit.infra.templates import Stack


def test_should_know_its_environments_by_name() -> None:
    assert find_environment("dev") is DEV
    assert find_environment("test").name == "test", "for the tests alone: no operator is told of it"
    with pytest.raises(UnknownEnvironmentError, match=r"staging.* dev, prod, small\.$"):
        find_environment("staging")


def test_should_ask_who_gets_alarms_and_where_before_data_is_kept() -> None:
    with pytest.raises(InvalidEnvironmentError) as refused:
        find_environment("prod")
    first, *flaws = str(refused.value).splitlines()
    assert first == "The environment 'prod' cannot be deployed:"
    assert [flaw.partition(":")[0] for flaw in flaws] == ["account, region", "alarm_email"]


FLAWED = {"load": "domain"}
"""The field that a message begins with where it is not the one that is wrong."""
CERTIFICATE = "arn:aws:acm:eu-west-1:111111111111:certificate/a"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("cors_origin", "shop.example.com", "not how browsers name a site"),
        ("cors_origin", "https://shop.example.com/", "without a slash"),
        ("alarm_email", "ops", "mailbox"),
        (
            "custom_domain",
            CustomDomain(name="https://a.b.com", certificate_arn=CERTIFICATE),
            "name",
        ),
        ("custom_domain", CustomDomain(name="a.b.com", certificate_arn="arn:aws:s3:::a"), "ACM"),
        ("downloads_per_host", 0, "from 1"),
        ("alarm_webhook", "http://duty.example.com", "https"),
        (
            "load",
            replace(DEV.load, checks_per_second=200),
            r"1 x t3.small.search serve 9.0 checks a second among 100,000 pictures, not the 200",
        ),
        (
            "load",
            replace(DEV.load, pictures=2_000_000),
            r"1 x t3.small.search .*\ndomain: .* memory for 350,133 pictures, not for the 2,0",
        ),
        ("domain", replace(DEV.domain, data_instance="c5.large.search"), "was not measured"),
        ("indices", (), "one kind of index, or two"),
        ("indices", (IndexKind.SMALL, IndexKind.SMALL), "two different ones"),
        ("network", Network(vpc="vpc-1", cidr="10.0.0.0/16", subnets=()), "one for each zone"),
        ("backfill", Backfill(), "does not reach the web"),
        ("calibration", Path("missing.json"), r"/missing.json cannot be read \(No such file"),
        ("calibration", Path("cdk.json"), r"cannot be used .*`lookalike evaluate --calibrate`"),
    ],
)
def test_should_refuse_what_would_fail_when_it_is_deployed(
    field: str, value: object, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    wrong = replace(DEV, **{field: value})  # type: ignore[arg-type] # of the field's own type
    monkeypatch.setattr(environment_checks, "ENVIRONMENTS", (wrong,))
    with pytest.raises(
        InvalidEnvironmentError,
        match=rf"'dev' cannot be deployed:\n{FLAWED.get(field, field)}: .*{said}",
    ):
        find_environment("dev")


def test_should_refuse_reservations_that_the_account_does_not_have() -> None:
    poor = replace(COMPLETE, account_concurrency=200)
    (flaw,) = environment_flaws(poor)
    assert flaw.startswith("account_concurrency: the load needs 317 executions at once")


def test_should_refuse_a_small_index_of_more_than_two_million() -> None:
    assert not [*environment_flaws(replace(SMALL, load=replace(SMALL.load, pictures=2_000_000)))]
    (flaw,) = environment_flaws(replace(SMALL, load=replace(SMALL.load, pictures=2_000_001)))
    assert flaw.startswith("indices: a small index holds up to 2,000,000 pictures")


def test_should_let_a_collection_sleep() -> None:
    restless = replace(DEV, search=OpenSearchService.SERVERLESS)
    flaws = [flaw.partition(":")[0] for flaw in environment_flaws(restless)]
    assert flaws == ["reconcile_minutes", "service_check_minutes"]
    quiet = replace(restless, reconcile_minutes=1440, service_check_minutes=1440)
    assert not [*environment_flaws(quiet)]


def test_should_keep_bytes_only_where_the_search_service_has_them() -> None:
    on_domain = replace(DEV, looks_quantisation=Quantisation.INT8)
    assert not [*environment_flaws(on_domain)]
    quiet = replace(on_domain, reconcile_minutes=1440, service_check_minutes=1440)
    collection = replace(quiet, search=OpenSearchService.SERVERLESS)
    (flaw,) = environment_flaws(collection)
    assert flaw == "looks_quantisation: aoss has float16 for searches by looks, not int8."
    (flaw,) = environment_flaws(replace(DEV, looks_quantisation=Quantisation.FLOAT32))
    assert "float16 or int8" in flaw


def test_should_let_pass_what_operators_decide() -> None:
    chosen = replace(
        COMPLETE,
        cors_origin="https://shop.example.com:8443",
        alarm_email="duty+search@example.co.uk",
        custom_domain=CustomDomain(name="lookalike.example.com", certificate_arn=CERTIFICATE),
        calibration=CALIBRATION,
    )
    assert not [*environment_flaws(chosen), *environment_flaws(replace(chosen, cors_origin="*"))]


def test_should_leave_out_for_a_reason() -> None:
    """What an emulator cannot do, or what costs more than the rest of a small index."""
    emulated = emulated_environment()
    assert not DEV.left_out
    assert not PROD.left_out
    reasons = [*emulated.left_out.values(), *SMALL.left_out.values()]
    assert all(len(reason) > 20 for reason in reasons)
    unable = {part for part in Part if not emulated.has(part)}
    assert unable == {Part.WEB_ACL, Part.ROLLOUT, Part.SPENDING, Part.EVENT_ARCHIVE}


def test_should_give_an_emulator_everything_that_it_can_do(emulated: Stack, dev: Stack) -> None:
    kinds = {resource["Type"] for resource in dev.template["Resources"].values()}
    there = {resource["Type"] for resource in emulated.template["Resources"].values()}
    missing = kinds - there
    left_out = ("AWS::WAFv2::", "AWS::CodeDeploy::", "AWS::Events::Archive")
    assert all(kind.startswith(left_out) for kind in missing)


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
        "DecisionsTable",
        "EventsTable",
        "UploadsBucket",
        "FailedRecordsBucket",
        "OpenSearchEndpoint",
        "OpenSearchAdministratorRole",
    }
    aliases = deployed.template["Outputs"]["IndexAliases"]["Value"].split(",")
    assert aliases == [f"pictures-{ALGORITHM_VERSION}", f"looks-{deployed_space().version}"]


@pytest.mark.parametrize(
    "name", ["dev", "prod", "emulated", "with_options", "in_network", "small", "both"]
)
def test_should_leave_nothing_for_cdk_to_warn_of(name: str, request: pytest.FixtureRequest) -> None:
    """Whoever deploys would have to find out whether it matters."""
    stack: Stack = request.getfixturevalue(name)
    assert stack.messages == []


def test_should_be_no_change_where_nothing_has_changed(synth: Synth, dev: Stack) -> None:
    again = synth(DEV)
    assert again.template == dev.template
    assert again.tags == dev.tags
