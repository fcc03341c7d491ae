"""With a small index there is no search service, and each function may do what it needs alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from infra.capacity import compaction_memory_mib
from infra.environments import DEV, SMALL
from infra.function_specs import COMPACT_INDEX, FUNCTIONS, fitted
from lookalike.aws.settings import FunctionSettings
from lookalike.storage.index_kind import IndexKind
from tests.unit.infra.templates import Stack, listed
from tests.unit.infra.test_permissions import EVERY_FUNCTION, FOR_LOOKS, NEEDED

CHANGES = "<Tables/Changes.Arn>"
BUCKET = "<Buckets/Snapshots.Arn>"
READ = {
    ("dynamodb:GetItem", CHANGES),
    ("dynamodb:Query", CHANGES),
    ("s3:GetObject", f"{BUCKET}/*"),
    ("s3:ListBucket", BUCKET),
}
APPEND = {(f"dynamodb:{verb}", CHANGES) for verb in ("GetItem", "PutItem", "UpdateItem")}
COMPACT = {
    *(
        (f"dynamodb:{verb}", CHANGES)
        for verb in ("BatchWriteItem", "GetItem", "Query", "UpdateItem")
    ),
    *(
        (f"s3:{verb}", f"{BUCKET}/*")
        for verb in ("AbortMultipartUpload", "DeleteObject", "GetObject", "PutObject")
    ),
    ("s3:ListBucket", BUCKET),
}
NOTHING = set[tuple[str, str]]()
MORE = {
    "find_similar": READ,
    "manage_products": READ,
    "compare_pictures": READ,
    "import_batch": READ,
    "index_pictures": APPEND,
    "reconcile_index": READ | APPEND,
}
SERVICES = ("AWS::OpenSearchService::", "AWS::OpenSearchServerless::", "Custom::PreparedSearch")


def test_should_have_no_search_service(small: Stack) -> None:
    kinds = {resource["Type"] for resource in small.template["Resources"].values()}
    assert not [kind for kind in kinds if kind.startswith(SERVICES)]
    assert "es:ESHttp" not in small.text
    assert list(small.templates) == ["Lookalike-small-data", "Lookalike-small"]


@pytest.mark.parametrize("name", NEEDED)
def test_should_allow_a_function_its_part_of_the_index_alone(name: str, small: Stack) -> None:
    beside_index = {
        (action, of.replace("lookalike-dev", "lookalike-small"))
        for action, of in NEEDED[name]
        if not action.startswith("es:") and (action, of) not in FOR_LOOKS.get(name, NOTHING)
    }
    allowed = {(a, of) for a, of in small.allowed(name) if not a.startswith("logs:")}
    assert allowed == beside_index | EVERY_FUNCTION | MORE.get(name, NOTHING)


def test_should_allow_a_compaction_log_and_snapshots_alone(small: Stack) -> None:
    allowed = {(a, of) for a, of in small.allowed("compact_index") if not a.startswith("logs:")}
    assert allowed == COMPACT | EVERY_FUNCTION


def test_should_allow_replays_to_append(small: Stack) -> None:
    (role,) = [
        role
        for role in small.properties("AWS::IAM::Role")
        if str(role.get("Description", "")).startswith("Master of the search service")
    ]
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    allowed = {
        (action, small.words(resource))
        for statement in statements
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }
    assert allowed >= APPEND
    assert not any(action.startswith("es:") for action, _ in allowed)


def test_should_compact_by_schedule_with_memory_for_two_copies(small: Stack) -> None:
    function = small.function("compact_index")
    assert function["MemorySize"] == compaction_memory_mib(SMALL.load)
    rates = [rule.get("ScheduleExpression") for rule in small.properties("AWS::Events::Rule")]
    assert "rate(15 minutes)" in rates


def test_should_hear_of_the_first_compaction_that_fails(small: Stack) -> None:
    """The calls are so far apart that no two periods in a row have errors."""
    alarms = small.properties("AWS::CloudWatch::Alarm")
    [alarm] = [each for each in alarms if each["AlarmName"].endswith("compact_index-errors")]
    assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (0, 1)


def test_should_tell_functions_where_the_index_is(small: Stack, both: Stack) -> None:
    for stack, kinds in ((small, ["small"]), (both, ["small", "opensearch"])):
        for name in ("find_similar", "index_pictures", "reconcile_index", "compact_index"):
            variables = stack.function(name)["Environment"]["Variables"]
            assert json.loads(variables["LOOKALIKE_INDICES"]) == kinds
            assert stack.words(variables["LOOKALIKE_CHANGES_TABLE"]) == "<Tables/Changes>"
            assert stack.words(variables["LOOKALIKE_SNAPSHOTS_BUCKET"]) == "<Buckets/Snapshots>"
            assert ("LOOKALIKE_OPENSEARCH_ENDPOINT" in variables) is ("opensearch" in kinds)
    assert small.template["Outputs"]["Indices"]["Value"] == "small"
    assert both.template["Outputs"]["Indices"]["Value"] == "small,opensearch"
    assert "indices" in FunctionSettings.model_fields


def test_should_run_both_kinds_side_by_side(both: Stack) -> None:
    assert both.the("AWS::OpenSearchService::Domain")
    keys = {"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"}
    for name in NEEDED:
        actions = {action for action, _ in both.allowed(name)}
        assert actions >= keys | {action for action, _ in NEEDED[name] | MORE.get(name, NOTHING)}


def test_should_cost_nothing_at_rest_that_can_be_left_out(small: Stack) -> None:
    assert not small.properties("AWS::WAFv2::WebACL")
    assert "SnapStart" not in small.function("find_similar")
    (stage,) = small.properties("AWS::ApiGateway::Stage")
    assert not any(method["MetricsEnabled"] for method in stage["MethodSettings"])
    assert not small.properties("AWS::CloudWatch::Dashboard")


def test_should_bundle_faiss_only_where_it_searches_and_fits() -> None:
    specs = {spec.name: spec for spec in FUNCTIONS}
    x86_64 = replace(SMALL, target=replace(SMALL.target, architecture="x86_64"))
    with_faiss = {
        (environment.name, environment.target.architecture, name)
        for environment in (DEV, SMALL, x86_64)
        for name, spec in specs.items()
        if "faiss-cpu" in fitted(spec, environment).contents.libraries
    }
    assert with_faiss == {
        ("small", "arm64", name)
        for name in ("find_similar", "manage_products", "compare_pictures", "import_batch")
    }
    assert fitted(specs["find_similar"], DEV) is specs["find_similar"]


def test_should_have_memory_for_the_largest_index() -> None:
    largest = replace(SMALL, load=replace(SMALL.load, pictures=2_000_000))
    for spec in (*FUNCTIONS, COMPACT_INDEX):
        memory = fitted(spec, largest).memory_mib
        assert spec.memory_mib <= memory <= 3_008, "the most of a new account"


def test_should_keep_data_where_it_is_when_the_kind_changes(small: Stack, both: Stack) -> None:
    """Both have the log and the snapshots under the same names."""
    for kind in ("AWS::DynamoDB::Table", "AWS::S3::Bucket"):
        names = [
            {
                name
                for name, resource in stack.template["Resources"].items()
                if resource["Type"] == kind
            }
            for stack in (small, both)
        ]
        assert names[0] == names[1]
    assert IndexKind.SMALL in SMALL.indices
