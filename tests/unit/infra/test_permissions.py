"""Functions may do what they need, and nothing else."""

from __future__ import annotations

import pytest

from tests.unit.infra.templates import Stack, listed

PRODUCTS = "<Tables/Products.Arn>"
PICTURES = "<Tables/Pictures.Arn>"
IMPORTS = "<Tables/Imports.Arn>"
DECISIONS = "<Tables/Decisions.Arn>"
EVENTS = "<Tables/Events.Arn>"
STREAM_OF_EVENTS = "<Tables/Events.StreamArn>"
BY_FINGERPRINT = f"{PRODUCTS}/index/by_fingerprint"
NARROW = f"{PICTURES}/index/narrow"
STREAM = "<Tables/Pictures.StreamArn>"
STREAM_OF_PRODUCTS = "<Tables/Products.StreamArn>"
FOLLOWING = ("DescribeStream", "GetRecords", "GetShardIterator")
UPLOADS = "<Buckets/Uploads.Arn>/uploads/*"
FILES = "<Buckets/Imports.Arn>"
STATES = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>"
FAILED = "<Buckets/FailedRecords.Arn>"
DOMAIN = "arn:<AWS::Partition>:es:<AWS::Region>:<AWS::AccountId>:domain/lookalike-dev"
INDEX, LOOKS = f"{DOMAIN}/pictures-*", f"{DOMAIN}/looks-*"
OUTPUTS = "arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/Lookalike-dev/*"
EVERY_FUNCTION = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}
PUT = ("Delete", "Put")
DECIDING = ("BatchGetItem", "PutItem", "DeleteItem", "Query")
FOR_LOOKS = {
    "index_pictures": {
        ("dynamodb:BatchGetItem", PRODUCTS),
        ("dynamodb:PutItem", IMPORTS),
        *((f"dynamodb:{verb}", STREAM_OF_PRODUCTS) for verb in FOLLOWING),
    },
    "reconcile_index": {("dynamodb:BatchGetItem", PRODUCTS)},
}
"""What of it keeps the index of products by looks in step."""
NEEDED = {
    "find_similar": {
        ("dynamodb:BatchGetItem", PRODUCTS),
        ("dynamodb:BatchGetItem", PICTURES),
        ("dynamodb:Query", BY_FINGERPRINT),
        ("dynamodb:Query", DECISIONS),
        ("dynamodb:Query", EVENTS),
        ("dynamodb:Query", f"{EVENTS}/index/by_subject"),
        ("dynamodb:GetItem", IMPORTS),
        ("dynamodb:UpdateItem", IMPORTS),
        ("s3:GetObject", UPLOADS),
        ("s3:PutObject", UPLOADS),
        *(("es:ESHttpPost", f"{index}/_msearch") for index in (INDEX, LOOKS)),
        *(("es:ESHttpGet", f"{index}/_count") for index in (INDEX, LOOKS)),
    },
    "manage_products": {
        ("dynamodb:BatchGetItem", PRODUCTS),
        ("dynamodb:BatchGetItem", PICTURES),
        ("dynamodb:PutItem", PRODUCTS),
        ("dynamodb:PutItem", PICTURES),
        ("dynamodb:UpdateItem", PICTURES),
        ("dynamodb:DeleteItem", PRODUCTS),
        ("dynamodb:Scan", PRODUCTS),
        *((f"dynamodb:{verb}", DECISIONS) for verb in DECIDING),
        ("dynamodb:PutItem", EVENTS),
        ("dynamodb:Query", BY_FINGERPRINT),
        ("s3:GetObject", UPLOADS),
        ("es:ESHttpPost", f"{INDEX}/_msearch"),
        ("es:ESHttpGet", f"{INDEX}/_count"),
        *((f"dynamodb:{v}", IMPORTS) for v in ("BatchGetItem", "PutItem", "Query", "UpdateItem")),
        ("s3:GetObject", f"{FILES}/*"),
        ("s3:PutObject", f"{FILES}/catalogues/*"),
        *(
            permission
            for work in ("imports", "duplicates")
            for permission in (
                ("states:StartExecution", f"{STATES}:stateMachine:lookalike-dev-{work}"),
                ("states:StopExecution", f"{STATES}:execution:lookalike-dev-{work}:*"),
            )
        ),
    },
    "import_batch": {
        *((f"dynamodb:{verb}", PRODUCTS) for verb in ("BatchGetItem", "PutItem", "DeleteItem")),
        *((f"dynamodb:{verb}", DECISIONS) for verb in ("PutItem", "DeleteItem", "Query")),
        ("dynamodb:Query", BY_FINGERPRINT),
        ("es:ESHttpPost", f"{INDEX}/_msearch"),
        ("es:ESHttpGet", f"{INDEX}/_count"),
        *((f"dynamodb:{verb}", PICTURES) for verb in ("BatchGetItem", "PutItem", "UpdateItem")),
        *((f"dynamodb:{verb}", IMPORTS) for verb in ("BatchGetItem", "PutItem", "UpdateItem")),
        *((f"dynamodb:{verb}", IMPORTS) for verb in ("DeleteItem", "Query")),  # leases of hosts
        ("dynamodb:PutItem", EVENTS),
        *(
            (f"s3:{verb}Object", f"{FILES}/{folder}/*")
            for verb in ("Delete", "Get")
            for folder in ("batches", "deletions")
        ),
        *((f"s3:{verb}Object", f"{FILES}/{x}/*") for x in ("failed", "progress") for verb in PUT),
        ("s3:GetObject", f"{FILES}/progress/*"),
    },
    "prepare_import": {
        *(
            (f"dynamodb:{verb}", IMPORTS)
            for verb in ("BatchGetItem", "DeleteItem", "PutItem", "UpdateItem")
        ),
        ("s3:ListBucket", FILES),
        ("s3:GetObject", f"{FILES}/*"),
        ("s3:GetObject", UPLOADS),
        *((f"s3:{verb}Object", f"{FILES}/{x}/*") for x in ("batches", "failed") for verb in PUT),
        ("s3:PutObject", f"{FILES}/named/*"),
        ("s3:DeleteObject", f"{FILES}/progress/*"),
    },
    "plan_deletions": {
        *((f"dynamodb:{verb}", IMPORTS) for verb in ("BatchGetItem", "UpdateItem")),
        ("dynamodb:Scan", PRODUCTS),
        ("s3:ListBucket", FILES),
        *(("s3:GetObject", f"{FILES}/{folder}/*") for folder in ("named", "leaving")),
        *(("s3:PutObject", f"{FILES}/{folder}/*") for folder in ("leaving", "deletions")),
    },
    "finish_import": {
        ("dynamodb:BatchGetItem", IMPORTS),
        ("dynamodb:UpdateItem", IMPORTS),
        ("dynamodb:PutItem", EVENTS),
        ("s3:ListBucket", FILES),
        *(("s3:GetObject", f"{FILES}/{folder}/*") for folder in ("named", "leaving")),
        ("s3:DeleteObject", f"{FILES}/named/*"),
    },
    "prepare_duplicates": {
        *((f"dynamodb:{verb}", IMPORTS) for verb in ("BatchGetItem", "UpdateItem")),
        ("dynamodb:Scan", PRODUCTS),
        ("dynamodb:Scan", NARROW),
        ("s3:ListBucket", FILES),
        ("s3:GetObject", f"{FILES}/duplicates/compared/*"),
        ("s3:PutObject", f"{FILES}/duplicates/batches/*"),
    },
    "compare_pictures": {
        *((f"dynamodb:{verb}", IMPORTS) for verb in ("BatchGetItem", "PutItem", "UpdateItem")),
        ("dynamodb:BatchGetItem", PICTURES),
        *((f"s3:{verb}Object", f"{FILES}/duplicates/batches/*") for verb in ("Delete", "Get")),
        ("s3:PutObject", f"{FILES}/duplicates/compared/*"),
        ("es:ESHttpPost", f"{INDEX}/_msearch"),
        ("es:ESHttpGet", f"{INDEX}/_count"),
    },
    "finish_duplicates": {
        *((f"dynamodb:{verb}", IMPORTS) for verb in ("BatchGetItem", "UpdateItem")),
        *((f"dynamodb:{verb}", PRODUCTS) for verb in ("BatchGetItem", "Scan")),
        ("dynamodb:BatchGetItem", PICTURES),
        ("dynamodb:Query", BY_FINGERPRINT),
        ("dynamodb:Query", DECISIONS),
        ("s3:ListBucket", FILES),
        ("s3:GetObject", f"{FILES}/duplicates/compared/*"),
        ("s3:PutObject", f"{FILES}/duplicates/groups/*"),
    },
    "publish_events": {
        ("dynamodb:DescribeStream", STREAM_OF_EVENTS),
        ("dynamodb:GetRecords", STREAM_OF_EVENTS),
        ("dynamodb:GetShardIterator", STREAM_OF_EVENTS),
        ("dynamodb:ListStreams", "*"),
        ("events:PutEvents", "<Events/Bus.Arn>"),
        ("sqs:SendMessage", "<Events/DeadLetters.Arn>"),
    },
    "register_products": {
        *((f"dynamodb:{verb}", STREAM_OF_PRODUCTS) for verb in FOLLOWING),
        ("dynamodb:ListStreams", "*"),
        *((f"dynamodb:{verb}", PRODUCTS) for verb in ("BatchGetItem", "PutItem", "UpdateItem")),
        *((f"dynamodb:{verb}", PICTURES) for verb in ("BatchGetItem", "PutItem", "UpdateItem")),
        ("dynamodb:PutItem", EVENTS),
        ("s3:PutObject", f"{FAILED}/*"),
        ("s3:ListBucket", FAILED),
    },
    "index_pictures": {
        ("dynamodb:BatchGetItem", PICTURES),
        *((f"dynamodb:{verb}", STREAM) for verb in FOLLOWING),
        *FOR_LOOKS["index_pictures"],
        ("dynamodb:ListStreams", "*"),
        ("s3:PutObject", f"{FAILED}/*"),
        ("s3:ListBucket", FAILED),
        *(("es:ESHttpPost", f"{index}/_bulk") for index in (INDEX, LOOKS)),
    },
    "reconcile_index": {
        ("dynamodb:BatchGetItem", PICTURES),
        ("dynamodb:BatchGetItem", PRODUCTS),
        ("dynamodb:DeleteItem", PICTURES),
        ("dynamodb:Scan", NARROW),
        ("dynamodb:Scan", PRODUCTS),
        ("dynamodb:Query", BY_FINGERPRINT),
        ("dynamodb:GetItem", IMPORTS),
        ("dynamodb:PutItem", IMPORTS),
        ("s3:GetObject", f"{FILES}/reconciliations/*"),
        ("s3:PutObject", f"{FILES}/reconciliations/*"),
        ("es:ESHttpGet", f"{LOOKS}/_count"),
        *(
            ("es:ESHttpPost", f"{index}/{request}")
            for index in (INDEX, LOOKS)
            for request in ("_search", "_mget", "_bulk")
        ),
    },
}


def test_should_change_counts_of_searches_alone_and_no_run(dev: Stack) -> None:
    statements = dev.statements("find_similar")
    [counting] = [each for each in statements if "dynamodb:UpdateItem" in listed(each["Action"])]
    keys = {"dynamodb:LeadingKeys": ["searches:*"]}
    assert counting["Condition"] == {"ForAllValues:StringLike": keys}


def test_should_delete_leases_of_hosts_alone_and_no_run(dev: Stack) -> None:
    [statement] = [
        each
        for each in dev.statements("import_batch")
        if IMPORTS in map(dev.words, listed(each["Resource"]))
        and "dynamodb:DeleteItem" in listed(each["Action"])
    ]
    assert set(listed(statement["Action"])) == {"dynamodb:DeleteItem", "dynamodb:Query"}
    assert statement["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["host:*"]}
    }


@pytest.mark.parametrize("name", NEEDED)
def test_should_allow_a_function_exactly_what_it_does(name: str, dev: Stack) -> None:
    logs = {
        (action, f"<Identities/{name}-logs.Arn>")
        for action in ("logs:CreateLogStream", "logs:PutLogEvents")
    }
    assert dev.allowed(name) == NEEDED[name] | EVERY_FUNCTION | logs


def test_should_allow_the_administrator_to_replay_and_to_ask_the_index(dev: Stack) -> None:
    (role,) = [
        role
        for role in dev.properties("AWS::IAM::Role")
        if str(role.get("Description", "")).startswith("Master of the search service")
    ]
    (policy,) = role["Policies"]
    allowed = {
        (action, dev.words(resource))
        for statement in policy["PolicyDocument"]["Statement"]
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }
    replay = {
        ("cloudformation:DescribeStacks", OUTPUTS),
        ("dynamodb:BatchGetItem", PICTURES),
        ("dynamodb:BatchGetItem", PRODUCTS),
        ("dynamodb:PutItem", IMPORTS),
        ("s3:ListBucket", FAILED),
        *((f"s3:{verb}Object", f"{FAILED}/*") for verb in ("Delete", "Get", "Put")),
    }
    others = {action for action, _ in allowed - replay - EVERY_FUNCTION}
    assert replay <= allowed
    assert {action.partition(":")[0] for action in others} == {"es", "logs"}


def test_should_give_no_function_a_policy_that_others_write(deployed: Stack) -> None:
    for role in deployed.properties("AWS::IAM::Role"):
        managed = [deployed.words(arn) for arn in role.get("ManagedPolicyArns", [])]
        assert all(arn.endswith("AmazonAPIGatewayPushToCloudWatchLogs") for arn in managed)


def test_should_let_the_check_of_the_service_read_its_own_key_alone(dev: Stack) -> None:
    allowed = {(a, of) for a, of in dev.allowed("check_service") if not a.startswith("logs:")}
    assert len(allowed - EVERY_FUNCTION) == 1
    ((action, resource),) = allowed - EVERY_FUNCTION
    assert action == "apigateway:GET"
    assert resource.endswith("::/apikeys/<Api/Api/OwnKey>")


def test_should_let_codedeploy_move_those_aliases_alone(dev: Stack) -> None:
    (role,) = [
        role
        for role in dev.properties("AWS::IAM::Role")
        if "codedeploy.amazonaws.com" in str(role["AssumeRolePolicyDocument"])
    ]
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    moved = {dev.words(of) for s in statements for of in listed(s["Resource"])} - {"*"}
    functions = [f"<Functions/{name}.Arn>" for name in ("find_similar", "manage_products")]
    assert moved == {*functions, *(f"{function}:live" for function in functions)}
    assert [s["Action"] for s in statements if s["Resource"] == "*"] == [
        "cloudwatch:DescribeAlarms"
    ]


@pytest.mark.parametrize("name", NEEDED)
def test_should_add_a_key_and_a_network_where_they_are_asked_for(
    name: str, dev: Stack, in_network: Stack
) -> None:
    more = in_network.allowed(name) - dev.allowed(name)
    keys = {(action, of) for action, of in more if action.startswith("kms:")}
    interfaces = {action for action, of in more - keys}
    assert keys == {
        (f"kms:{verb}", "<Key.Arn>") for verb in ("Decrypt", "DescribeKey", "GenerateDataKey")
    }
    uses_index = any(action.startswith("es:") for action, _ in NEEDED[name])
    assert all(action.startswith("ec2:") for action in interfaces)
    assert bool(interfaces) is uses_index


def test_should_allow_no_action_by_wildcard(deployed: Stack) -> None:
    policies = deployed.properties("AWS::IAM::Policy")
    inline = [p for r in deployed.properties("AWS::IAM::Role") for p in r.get("Policies", [])]
    for policy in [*policies, *inline]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            assert "*" not in "".join(statement["Action"])


def test_should_let_the_gateway_call_only_snapshotted_versions(dev: Stack) -> None:
    aliases = {f"<{dev._path(name)}>" for name in _named(dev, "AWS::Lambda::Alias")}
    called = {
        dev.words(permission["FunctionName"])
        for permission in dev.properties("AWS::Lambda::Permission")
        if permission["Principal"] == "apigateway.amazonaws.com"
    }
    assert called == aliases
    assert len(called) == 2


def _named(stack: Stack, kind: str) -> list[str]:
    resources = stack.template["Resources"]
    return [name for name, resource in resources.items() if resource["Type"] == kind]
