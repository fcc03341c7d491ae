"""The doctor holds an account against what an environment needs, and changes nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from lookalike.aws.doctor.examination import Finding, State, examine
from lookalike.aws.doctor.needs import Needs
from lookalike.aws.doctor.questions import QUESTIONS
from lookalike.cli.app import app

ROOT = Path(__file__).parents[3]
ACCOUNT = "111111111111"
NEEDS = Needs(
    environment="prod",
    account=ACCOUNT,
    region="eu-central-1",
    engine="OpenSearch_3.7",
    instances={"r7g.large.search": 3, "m7g.large.search": 3},
    nodes=3,
    cluster_cores=400,
    notebook="ml.t3.medium",
    executions=210,
    log_policies=2,
    is_in_network=True,
    watches_cost_by_tag=True,
)
Fakes = dict[str, Any]
Quotas = Mapping[str, Mapping[str, float]]
"""By service and name."""


def refusal(code: str) -> ClientError:
    """What boto3 raises where AWS answers with that code."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Ask")


def paged(**page: object) -> Mock:
    """What makes paginators of one page."""
    return Mock(return_value=Mock(paginate=Mock(return_value=[page])))


NOTEBOOK = "ml.t3.medium for notebook instance usage"
QUOTAS = {
    "es": {"Domains per Region": 1, "Instances per domain": 80},
    "emr-serverless": {"Max concurrent vCPUs per account": 4000},
    "sagemaker": {"ml.t3.medium for endpoint usage": 0, NOTEBOOK: 8},
}


def quotas(own: Quotas, default: Quotas | None = None) -> Mock:
    """Service Quotas that has some for the account, and others by default."""
    listed = {"list_service_quotas": own, "list_aws_default_service_quotas": default or {}}

    def paginator(name: str) -> Mock:
        def paginate(**asked: str) -> list[dict[str, Any]]:
            named = listed[name].get(asked["ServiceCode"], {})
            return [{"Quotas": [{"QuotaName": key, "Value": named[key]}]} for key in named]

        return Mock(paginate=paginate)

    return Mock(get_paginator=paginator)


def limits(most: int) -> dict[str, Any]:
    count = {"MinimumInstanceCount": 1, "MaximumInstanceCount": most}
    return {"LimitsByRole": {"data": {"InstanceLimits": {"InstanceCountLimits": count}}}}


@pytest.fixture
def account() -> Fakes:
    """Clients of an account in which everything fits."""
    return {
        "sts": Mock(
            get_caller_identity=Mock(return_value={"Account": ACCOUNT}),
            meta=SimpleNamespace(region_name="eu-central-1"),
        ),
        "ssm": Mock(get_parameter=Mock(return_value={"Parameter": {"Value": "30"}})),
        "opensearch": Mock(
            get_paginator=paged(Versions=["OpenSearch_3.7", "OpenSearch_3.5"]),
            describe_instance_type_limits=Mock(return_value=limits(80)),
        ),
        "lambda": Mock(
            get_account_settings=Mock(return_value={"AccountLimit": {"ConcurrentExecutions": 1000}})
        ),
        "logs": Mock(get_paginator=paged(resourcePolicies=[{"policyName": "other"}])),
        "iam": Mock(),
        "service-quotas": quotas(QUOTAS),
        "organizations": Mock(
            describe_organization=Mock(return_value={"Organization": {"MasterAccountId": ACCOUNT}})
        ),
    }


def found(account: Fakes, needs: Needs = NEEDS) -> dict[str, Finding]:
    """The findings by what they are about."""
    return {finding.about: finding for finding in examine(needs, account.__getitem__)}


def test_should_find_an_account_fit_that_has_everything(account: Fakes) -> None:
    findings = found(account)
    assert list(findings) == list(QUESTIONS)
    assert {finding.state for finding in findings.values()} == {State.FIT}


def _other_account(account: Fakes) -> None:
    account["sts"].get_caller_identity.return_value = {"Account": "2" * 12}


def _other_region(account: Fakes) -> None:
    account["sts"].meta.region_name = "us-east-1"


def _not_bootstrapped(account: Fakes) -> None:
    account["ssm"].get_parameter.side_effect = refusal("ParameterNotFound")


def _old_bootstrap(account: Fakes) -> None:
    account["ssm"].get_parameter.return_value = {"Parameter": {"Value": "3"}}


def _old_engines(account: Fakes) -> None:
    account["opensearch"].get_paginator = paged(Versions=["OpenSearch_2.19"])


def _no_such_machines(account: Fakes) -> None:
    ask = account["opensearch"].describe_instance_type_limits
    ask.side_effect = refusal("InvalidTypeException")


def _few_machines(account: Fakes) -> None:
    account["opensearch"].describe_instance_type_limits.return_value = limits(2)


def _few_executions(account: Fakes) -> None:
    answer = {"AccountLimit": {"ConcurrentExecutions": 10}}
    account["lambda"].get_account_settings.return_value = answer


def _many_policies(account: Fakes) -> None:
    names = [{"policyName": f"other-{number}"} for number in range(9)]
    account["logs"].get_paginator = paged(resourcePolicies=names)


def _few_nodes(account: Fakes) -> None:
    account["service-quotas"] = quotas(QUOTAS | {"es": {"Instances per domain": 2}})


def _few_cores(account: Fakes) -> None:
    few = {"emr-serverless": {"Max concurrent vCPUs per account": 16.0}}  # by default alone
    account["service-quotas"] = quotas({**QUOTAS, "emr-serverless": {}}, few)


def _no_notebooks(account: Fakes) -> None:
    account["service-quotas"] = quotas({**QUOTAS, "sagemaker": {NOTEBOOK: 0.0}})


def _no_roles(account: Fakes) -> None:
    account["iam"].get_role.side_effect = refusal("NoSuchEntity")


def _member(account: Fakes) -> None:
    answer = {"Organization": {"MasterAccountId": "2" * 12}}
    account["organizations"].describe_organization.return_value = answer


@pytest.mark.parametrize(
    ("spoil", "about", "said"),
    [
        (_other_account, "account and region", "prod belongs to 111111111111"),
        (_other_region, "account and region", "prod belongs to eu-central-1"),
        (_not_bootstrapped, "bootstrap of the CDK", "npx cdk bootstrap"),
        (_old_bootstrap, "bootstrap of the CDK", "Version 3 is too old"),
        (_old_engines, "version of the search engine", "OpenSearch_3.7 is not offered"),
        (_no_such_machines, "machines of the domain", "choose another type"),
        (_few_machines, "machines of the domain", "3 x r7g.large.search are needed, and 2"),
        (_few_nodes, "nodes of a domain", "3 data nodes .* may have 2"),
        (_few_cores, "cores for backfills", "400 cores .* may have 16"),
        (_no_notebooks, "notebook", "1 notebooks of the type ml.t3.medium .* may have 0"),
        (_few_executions, "executions of functions", "needs 210 .* has 10"),
        (_many_policies, "policies of logs", "9 resource policies .* 2 are added, and 10"),
        (_no_roles, "service-linked roles", "create-service-linked-role"),
        (_member, "organisation", "leave out `cost_anomaly`"),
    ],
)
def test_should_say_what_would_fail_and_what_to_do(
    spoil: Callable[[Fakes], None], about: str, said: str, account: Fakes
) -> None:
    spoil(account)
    findings = found(account)
    assert findings[about].state is State.UNFIT
    assert re.search(said, findings[about].detail)


def test_should_want_only_what_the_environment_uses(account: Fakes) -> None:
    for spoil in (_old_engines, _no_such_machines, _no_roles, _member):
        spoil(account)
    del account["service-quotas"]  # nothing is asked
    account["organizations"].describe_organization.side_effect = refusal(
        "AWSOrganizationsNotInUseException"
    )
    modest = NEEDS.model_copy(
        update={
            "instances": {},
            "nodes": 0,
            "cluster_cores": 0,
            "notebook": "",
            "is_in_network": False,
            "watches_cost_by_tag": False,
        }
    )
    assert {finding.state for finding in found(account, modest).values()} == {State.FIT}


def test_should_count_policies_that_it_would_replace_once(account: Fakes) -> None:
    names = [{"policyName": f"other-{number}"} for number in range(8)]
    own = {"policyName": "lookalike-prod-domain-logs"}
    account["logs"].get_paginator = paged(resourcePolicies=[*names, own])
    assert found(account)["policies of logs"].state is State.FIT


def test_should_leave_open_what_aws_has_no_quota_for(account: Fakes) -> None:
    account["service-quotas"] = quotas({})
    finding = found(account)["cores for backfills"]
    assert finding.state is State.UNKNOWN
    assert "'Max concurrent vCPUs per account'" in finding.detail


def test_should_go_on_where_it_may_not_ask(account: Fakes) -> None:
    account["iam"].get_role.side_effect = refusal("AccessDenied")
    account["lambda"].get_account_settings.side_effect = refusal("ServiceException")
    findings = found(account)
    states = {about for about, finding in findings.items() if finding.state is State.UNKNOWN}
    assert states == {"service-linked roles", "executions of functions"}
    assert findings["service-linked roles"].detail == "These credentials may not ask."
    assert "ServiceException" in findings["executions of functions"].detail


def told(*_: object, **__: object) -> Any:  # noqa: ANN401 - of a process
    """What the deployment says that prod needs."""
    return SimpleNamespace(returncode=0, stdout=NEEDS.model_dump_json(), stderr="")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [(lambda _: None, 0), (_few_executions, 1)],
)
def test_should_end_as_the_deployment_would(
    spoil: Callable[[Fakes], None],
    code: int,
    account: Fakes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spoil(account)
    monkeypatch.setattr(boto3, "client", account.__getitem__)
    monkeypatch.setattr(subprocess, "run", told)
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(app, ["doctor", "--environment", "prod"])
    assert done.exit_code == code, done.output
    assert "executions of functions" in done.stdout


def test_should_end_otherwise_where_questions_are_open(
    account: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    account["iam"].get_role.side_effect = refusal("AccessDenied")
    monkeypatch.setattr(boto3, "client", account.__getitem__)
    monkeypatch.setattr(subprocess, "run", told)
    monkeypatch.chdir(ROOT)
    assert CliRunner().invoke(app, ["doctor", "-e", "prod"]).exit_code == 3


def test_should_ask_for_the_folder_that_knows_environments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["doctor"])
    assert "in the project's folder" in str(done.exception)


@pytest.mark.parametrize(
    ("name", "said"), [("none", "There is no environment"), ("prod", "cannot be deployed")]
)
def test_should_say_which_environments_it_cannot_examine(name: str, said: str) -> None:
    done = needs_of(name)
    assert done.returncode == 1
    assert said in done.stderr


def test_should_know_what_dev_needs() -> None:
    needs = json.loads(needs_of("dev").stdout)
    assert needs["instances"] == {"t3.small.search": 1}
    assert needs["executions"] == 10, "as many as new accounts are reported to have"
    assert (needs["nodes"], needs["cluster_cores"], needs["notebook"]) == (1, 0, "")


def needs_of(environment: str) -> subprocess.CompletedProcess[str]:
    """What the deployment's own code says."""
    return subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "infra.needs", environment],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
