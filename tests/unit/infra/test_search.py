"""The search service is encrypted, knows no password, and lets in named roles alone."""

from __future__ import annotations

import json
import re

import pytest

from infra.search_access import ACCESS
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.opensearch.schema import IndexSettings
from tests.unit.infra.templates import Stack, listed

DOMAIN = "AWS::OpenSearchService::Domain"


def test_should_encrypt_everywhere(deployed: Stack) -> None:
    domain = deployed.the(DOMAIN)
    assert domain["EncryptionAtRestOptions"]["Enabled"]
    assert domain["NodeToNodeEncryptionOptions"]["Enabled"]
    assert domain["DomainEndpointOptions"]["EnforceHTTPS"]
    assert "TLS-1-2" in domain["DomainEndpointOptions"]["TLSSecurityPolicy"]


def test_should_be_administered_by_a_role_and_not_by_a_user(deployed: Stack) -> None:
    security = deployed.the(DOMAIN)["AdvancedSecurityOptions"]
    assert security["Enabled"]
    assert not security["InternalUserDatabaseEnabled"]
    assert set(security["MasterUserOptions"]) == {"MasterUserARN"}


def test_should_hold_no_password(deployed: Stack) -> None:
    assert not re.search("password|secretsmanager", deployed.text, re.IGNORECASE)


def _let_in(stack: Stack) -> dict[str, set[tuple[str, str]]]:
    """Pairs of action and path by role: what the domain's own policy allows."""
    allowed: dict[str, set[tuple[str, str]]] = {}
    for statement in stack.the(DOMAIN)["AccessPolicies"]["Statement"]:
        assert statement["Effect"] == "Allow"
        for role in listed(statement["Principal"]["AWS"]):
            allowed.setdefault(stack.words(role), set()).update(
                (action, _path(stack.words(resource)))
                for action in listed(statement["Action"])
                for resource in listed(statement["Resource"])
            )
    return allowed


def _path(resource: str) -> str:
    return resource.partition(":domain/lookalike-dev/")[2]


def test_should_let_in_the_functions_that_search_and_the_administrator(dev: Stack) -> None:
    callers = {f"<Identities/{name}.Arn>" for name in ACCESS}
    assert set(_let_in(dev)) == {"<Identities/administrator.Arn>", *callers}


@pytest.mark.parametrize("name", ACCESS)
def test_should_let_in_a_function_for_its_requests_by_either_policy(name: str, dev: Stack) -> None:
    """Within an account one of the two is enough, so that the wider one would count."""
    access = ACCESS[name]
    asked = [(indices, access.requests) for indices in access.indices]
    needed = {
        (f"es:ESHttp{verb}", f"{indices}/{path}")
        for indices, requests in [*asked, ("looks-*", access.of_looks)]
        for verb, path in requests
    }
    own = {(action, _path(of)) for action, of in dev.allowed(name) if action.startswith("es:")}
    assert own == needed
    assert _let_in(dev)[f"<Identities/{name}.Arn>"] == needed


def test_should_let_the_administrator_alone_ask_for_anything(dev: Stack) -> None:
    anything = {role for role, allowed in _let_in(dev).items() if "*" in {of for _, of in allowed}}
    assert anything == {"<Identities/administrator.Arn>"}


def test_should_map_each_role_to_what_its_function_does(dev: Stack) -> None:
    prepared = dev.the("Custom::PreparedSearch")
    roles = json.loads(dev.words(prepared["Roles"]))
    allowed = {
        name: role["definition"]["index_permissions"][0]["allowed_actions"]
        for name, role in roles.items()
    }
    assert prepared["Version"] == ALGORITHM_VERSION
    assert set(allowed) == {f"lookalike_{name}" for name in ACCESS}
    assert not any("write" in action for action in allowed["lookalike_find_similar"])
    assert not any("read" in action for action in allowed["lookalike_index_pictures"])


@pytest.mark.parametrize(
    ("published", "thresholds"),
    [
        ("SEARCH_SLOW_LOGS", "search.slowlog.threshold."),
        ("INDEX_SLOW_LOGS", "indexing.slowlog.threshold."),
    ],
)
def test_should_say_what_is_slow_where_what_is_slow_is_logged(
    deployed: Stack, published: str, thresholds: str
) -> None:
    """Without thresholds, which are the index's, those logs stay empty."""
    assert deployed.the(DOMAIN)["LogPublishingOptions"][published]["Enabled"]
    assert any(name.startswith(thresholds) for name in IndexSettings().settings)


def test_should_survive_the_loss_of_a_zone_in_production(prod: Stack) -> None:
    cluster = prod.the(DOMAIN)["ClusterConfig"]
    assert cluster["MultiAZWithStandbyEnabled"]
    assert cluster["ZoneAwarenessConfig"]["AvailabilityZoneCount"] == 3
    assert cluster["InstanceCount"] % 3 == 0
    assert cluster["DedicatedMasterEnabled"]
    assert cluster["DedicatedMasterCount"] == 3
    assert prod.the("Custom::PreparedSearch")["Replicas"] == 2


def test_should_be_one_small_node_in_development(dev: Stack) -> None:
    cluster = dev.the(DOMAIN)["ClusterConfig"]
    assert cluster["InstanceCount"] == 1
    assert cluster["InstanceType"] == "t3.small.search"
    assert not cluster["DedicatedMasterEnabled"]
    assert dev.the("Custom::PreparedSearch")["Replicas"] == 0


def test_should_know_binary_vectors(deployed: Stack) -> None:
    """They came with 2.17; what this is tested on is 3.6."""
    domain = deployed.the(DOMAIN)
    major, minor = domain["EngineVersion"].removeprefix("OpenSearch_").split(".")
    assert (int(major), int(minor)) >= (3, 6)
    assert domain["EBSOptions"]["VolumeType"] == "gp3"


def test_should_wait_for_a_new_domain_as_long_as_it_takes(deployed: Stack) -> None:
    """Its name, and its security plug-in, may not be known for minutes."""
    machines = deployed.properties("AWS::StepFunctions::StateMachine")
    (machine,) = [
        deployed.words(m["DefinitionString"]) for m in machines if "StateMachineName" not in m
    ]
    retries = json.loads(machine)["States"]["framework-isComplete-task"]["Retry"]
    (waiting,) = [r for r in retries if r["BackoffRate"] == 1]
    assert waiting["IntervalSeconds"] * waiting["MaxAttempts"] == 15 * 60
    prepared = deployed.the("Custom::PreparedSearch")
    assert int(prepared["ServiceTimeout"]) > 15 * 60
    assert "onEvent" in deployed.words(prepared["ServiceToken"])


def test_should_be_reached_within_its_network_alone_where_it_has_one(in_network: Stack) -> None:
    options = in_network.the(DOMAIN)["VPCOptions"]
    groups = {g["GroupDescription"]: g for g in in_network.properties("AWS::EC2::SecurityGroup")}
    (ingress,) = groups["Lookalike: the index"]["SecurityGroupIngress"]
    assert (ingress["CidrIp"], ingress["FromPort"], ingress["ToPort"]) == ("10.0.0.0/16", 443, 443)
    assert options["SubnetIds"] == ["subnet-0a1b2c3d4e5f60718"]
    for name in (*ACCESS, "prepare_search"):
        assert in_network.function(name)["VpcConfig"]["SubnetIds"] == options["SubnetIds"]
    assert "VpcConfig" not in in_network.function("publish_events")


def test_should_be_encrypted_by_a_key_of_the_account_where_that_is_chosen(
    in_network: Stack,
) -> None:
    assert in_network.the("AWS::KMS::Key")["EnableKeyRotation"]
    rest = in_network.the(DOMAIN)["EncryptionAtRestOptions"]
    assert in_network.words(rest["KmsKeyId"]) == "<Key>"
    for table in in_network.properties("AWS::DynamoDB::Table"):
        assert table["SSESpecification"]["SSEType"] == "KMS"
    for bucket in in_network.properties("AWS::S3::Bucket"):
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"


def test_should_keep_vectors_without_machines_where_that_is_chosen(with_options: Stack) -> None:
    assert not with_options.all(DOMAIN)
    assert with_options.the("AWS::OpenSearchServerless::Collection")["Type"] == "VECTORSEARCH"
    assert with_options.the("AWS::OpenSearchServerless::CollectionGroup")["Generation"] == "NEXTGEN"
    policies = with_options.properties("AWS::OpenSearchServerless::SecurityPolicy")
    assert {policy["Type"] for policy in policies} == {"encryption", "network"}
    granted = with_options.properties("AWS::OpenSearchServerless::AccessPolicy")
    assert len(granted) == len(ACCESS) + 1
    variables = with_options.function("find_similar")["Environment"]["Variables"]
    assert variables["LOOKALIKE_OPENSEARCH_SERVICE"] == "aoss"
    condition = {"StringEquals": {"aoss:collection": "lookalike-dev"}}
    assert condition in [s.get("Condition") for s in with_options.statements("find_similar")]
