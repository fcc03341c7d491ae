"""The API wants a key, throttles, checks requests, and answers with problems of its own."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from infra.environments import DEV, PROD, SMALL, Environment
from infra.routes import ROUTES, Limit
from lookalike.api.find_similar.models import MAX_QUERIES
from lookalike.http.problems import CONTENT_TYPE, Problem
from tests.unit.infra.conftest import ROOT
from tests.unit.infra.templates import Stack

METHOD = "AWS::ApiGateway::Method"
STAGE = "AWS::ApiGateway::Stage"


def _paths(stack: Stack, *, with_key: bool) -> set[str]:
    """Methods and paths that need a key, or do not."""
    return {
        f"{properties['HttpMethod']} /{_path(stack, properties['ResourceId'])}"
        for properties in stack.properties(METHOD)
        if properties["ApiKeyRequired"] is with_key
    }


def _path(stack: Stack, resource_id: dict[str, object]) -> str:
    if "Fn::GetAtt" in resource_id:
        return ""
    properties = stack.template["Resources"][resource_id["Ref"]]["Properties"]
    above = _path(stack, properties["ParentId"])
    return f"{above}/{properties['PathPart']}".lstrip("/")


KEYLESS = {"GET /", "GET /assets/{name}", "GET /docs", "GET /openapi.json", "GET /health"}


def test_should_want_a_key_for_everything_but_pages_and_health(dev: Stack) -> None:
    assert _paths(dev, with_key=False) == KEYLESS
    assert _paths(dev, with_key=True) >= {
        "GET /find_similar",
        "POST /find_similar",
        "POST /find_similar/batch",
        "POST /compare",
        "POST /uploads",
        "PUT /products/{entity_id}",
        "GET /products/{entity_id}",
        "DELETE /products/{entity_id}",
        "GET /status",
    }


def test_should_let_browsers_ask_first_without_a_key(with_options: Stack) -> None:
    unlocked = _paths(with_options, with_key=False)
    assert {path.split()[0] for path in unlocked - KEYLESS} == {"OPTIONS"}


def test_should_throttle_each_key_and_all_together(prod: Stack) -> None:
    plan = prod.the("AWS::ApiGateway::UsagePlan")
    method = _settings(prod)["*", "/*"]
    limits = PROD.throttle
    assert plan["Throttle"] == {"RateLimit": limits.rate, "BurstLimit": limits.burst}
    assert plan["Quota"] == {"Limit": limits.day, "Period": "DAY"}
    assert method["ThrottlingRateLimit"] == limits.rate
    assert method["ThrottlingBurstLimit"] == limits.burst
    keys = prod.properties("AWS::ApiGateway::UsagePlanKey")
    assert [key["KeyType"] for key in keys] == ["API_KEY"] * 2, "of callers, and of the check"


def _settings(stack: Stack) -> dict[tuple[str, str], dict[str, Any]]:
    """Settings of the stage by method and path, as API Gateway writes paths."""
    methods = stack.the(STAGE)["MethodSettings"]
    return {(m["HttpMethod"], m["ResourcePath"]): m for m in methods}


def test_should_throttle_what_needs_no_key_to_single_digits(prod: Stack) -> None:
    settings = _settings(prod)
    for target in KEYLESS:
        method, path = target.split()
        written = "/" if path == "/" else "/" + path.replace("/", "~1")
        assert settings[method, written]["ThrottlingRateLimit"] < 10


SEARCHES = {
    ("GET", "/~1find_similar"): 1,
    ("POST", "/~1find_similar"): 1,
    ("POST", "/~1find_similar~1batch"): MAX_QUERIES,
    ("GET", "/~1search"): 1,
    ("POST", "/~1search"): 1,
}
"""Methods that search the index, and how often a request does."""


@pytest.mark.parametrize("environment", [DEV, PROD, SMALL], ids=lambda each: each.name)
def test_should_let_all_methods_together_search_no_more_than_the_load(
    environment: Environment, request: pytest.FixtureRequest
) -> None:
    """And so no more than the domain serves, which has to serve the load."""
    stack: Stack = request.getfixturevalue(environment.name)
    settings = _settings(stack)
    searched = sum(settings[key]["ThrottlingRateLimit"] * each for key, each in SEARCHES.items())
    for name in ("find_similar", "manage_products"):
        variables = stack.function(name)["Environment"]["Variables"]
        further = float(variables["LOOKALIKE_FURTHER_SEARCHES"])
        assert searched + further == pytest.approx(environment.load.checks_per_second)
    if environment.has_domain:
        assert searched <= environment.domain.checks_per_second(environment.load)
    assert all(settings[key]["ThrottlingBurstLimit"] >= 1 for key in SEARCHES)
    assert {(r.method, r.path) for r in ROUTES if r.limit is Limit.SEARCH} == {
        (method, path.removeprefix("/").replace("~1", "/")) for method, path in SEARCHES
    }


def test_should_log_and_count_every_method_alike(deployed: Stack) -> None:
    """A method with settings of its own inherits none."""
    shared = {
        (m["LoggingLevel"], m["MetricsEnabled"], m["DataTraceEnabled"])
        for m in deployed.the(STAGE)["MethodSettings"]
    }
    assert shared == {("ERROR", True, False)}


def test_should_forget_what_the_gateway_logs_of_executions(deployed: Stack) -> None:
    groups = deployed.properties("AWS::Logs::LogGroup")
    names = [deployed.words(group.get("LogGroupName", "")) for group in groups]
    assert "API-Gateway-Execution-Logs_<Api/Api>/v1" in names


def test_should_refuse_what_lacks_something_required(dev: Stack) -> None:
    validator = dev.the("AWS::ApiGateway::RequestValidator")
    models = dev.properties("AWS::ApiGateway::Model")
    required = [model["Schema"].get("required") for model in models]
    demanded = [m.get("RequestParameters") for m in dev.properties(METHOD)]
    assert validator["ValidateRequestBody"]
    assert validator["ValidateRequestParameters"]
    assert ["a", "b"] in required
    assert ["queries"] in required
    assert {"method.request.querystring.image_url": True} in demanded
    assert all("RequestValidatorId" in m for m in dev.properties(METHOD))


def test_should_hand_on_pictures_byte_by_byte(dev: Stack) -> None:
    assert {"image/*", "multipart/form-data"} <= set(
        dev.the("AWS::ApiGateway::RestApi")["BinaryMediaTypes"]
    )


def test_should_log_every_access_without_what_was_asked_for(deployed: Stack) -> None:
    stage = deployed.the(STAGE)
    logged = json.loads(stage["AccessLogSetting"]["Format"])
    assert {"request_id", "ip", "status", "key_id"} <= set(logged)
    assert logged["path"] == "$context.resourcePath", "the pattern, not what callers put into it"
    assert "image_url" not in stage["AccessLogSetting"]["Format"]
    assert stage["TracingEnabled"]


def test_should_answer_with_problems_where_no_function_is_asked(dev: Stack) -> None:
    answers = {a["ResponseType"]: a for a in dev.properties("AWS::ApiGateway::GatewayResponse")}
    for answer in answers.values():
        problem = Problem.model_validate_json(answer["ResponseTemplates"][CONTENT_TYPE])
        assert str(problem.status) == answer["StatusCode"]
        waits = "gatewayresponse.header.Retry-After" in answer.get("ResponseParameters", {})
        assert problem.retryable is waits
    assert answers["INVALID_API_KEY"]["StatusCode"] == "403"
    assert answers["THROTTLED"]["StatusCode"] == "429"
    assert answers["INTEGRATION_TIMEOUT"]["StatusCode"] == "503"


def test_should_answer_with_problems_whatever_the_gateway_refuses(dev: Stack) -> None:
    """Kinds without an answer of their own take that of their class, and its status."""
    answers = {a["ResponseType"]: a for a in dev.properties("AWS::ApiGateway::GatewayResponse")}
    assert answers["DEFAULT_4XX"]["StatusCode"] == "400"
    assert answers["DEFAULT_5XX"]["StatusCode"] == "500"
    assert answers["ACCESS_DENIED"]["StatusCode"] == "403"
    assert answers["RESOURCE_NOT_FOUND"]["StatusCode"] == "404"


def test_should_call_too_large_what_the_manual_calls_too_large(dev: Stack) -> None:
    """The gateway's own limit is higher, and is never met: functions take less."""
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (limit,) = re.findall(r"body of a request: (about \d+ MB)", manual)
    answers = {a["ResponseType"]: a for a in dev.properties("AWS::ApiGateway::GatewayResponse")}
    template = answers["REQUEST_TOO_LARGE"]["ResponseTemplates"][CONTENT_TYPE]
    told = Problem.model_validate_json(template).detail
    assert f"larger than {limit}." in told
    assert "POST /uploads" in told


def test_should_refuse_keys_in_the_words_that_the_page_listens_for(dev: Stack) -> None:
    client = (ROOT / "web" / "src" / "api" / "client.ts").read_text(encoding="utf-8")
    answers = {a["ResponseType"]: a for a in dev.properties("AWS::ApiGateway::GatewayResponse")}
    refusal = answers["INVALID_API_KEY"]["ResponseTemplates"][CONTENT_TYPE]
    assert f'problem.code === "{Problem.model_validate_json(refusal).code}"' in client
    assert '"x-api-key"' in client


def test_should_allow_no_other_site_by_default(dev: Stack, with_options: Stack) -> None:
    assert "Access-Control-Allow-Origin" not in dev.text
    assert "OPTIONS" not in {m["HttpMethod"] for m in dev.properties(METHOD)}
    allowed = "gatewayresponse.header.Access-Control-Allow-Origin"
    for told in with_options.properties("AWS::ApiGateway::GatewayResponse"):
        assert told["ResponseParameters"][allowed] == "'https://shop.example.com'"
    flood = {header["Name"]: header["Value"] for header in _flood(with_options)["ResponseHeaders"]}
    assert flood["Access-Control-Allow-Origin"] == "https://shop.example.com"


def test_should_let_no_function_answer_what_browsers_ask_first(with_options: Stack) -> None:
    """One place says which headers pages may send, and browsers remember it."""
    asked = [m for m in with_options.properties(METHOD) if m["HttpMethod"] == "OPTIONS"]
    assert asked
    for method in asked:
        assert method["Integration"]["Type"] == "MOCK"
        (answer,) = method["Integration"]["IntegrationResponses"]
        told = {k.rpartition(".")[2]: v for k, v in answer["ResponseParameters"].items()}
        assert told["Access-Control-Allow-Origin"] == "'https://shop.example.com'"
        assert told["Access-Control-Allow-Headers"] == "'content-type,x-api-key'"
        assert told["Access-Control-Max-Age"] == "'3600'"


def test_should_answer_under_its_own_name_alone_where_it_has_one(with_options: Stack) -> None:
    name = with_options.the("AWS::ApiGateway::DomainName")
    assert name["DomainName"] == "lookalike.example.com"
    assert name["SecurityPolicy"] == "TLS_1_2"
    assert with_options.the("AWS::ApiGateway::RestApi")["DisableExecuteApiEndpoint"]
    assert with_options.template["Outputs"]["ApiUrl"]["Value"] == "https://lookalike.example.com/"


def test_should_put_a_firewall_before_the_api(deployed: Stack) -> None:
    acl = deployed.the("AWS::WAFv2::WebACL")
    groups = [
        rule["Statement"]["ManagedRuleGroupStatement"]
        for rule in acl["Rules"]
        if "ManagedRuleGroupStatement" in rule["Statement"]
    ]
    (common,) = [group for group in groups if group["Name"] == "AWSManagedRulesCommonRuleSet"]
    counted = {override["Name"] for override in common["RuleActionOverrides"]}
    stage = deployed.words(deployed.the("AWS::WAFv2::WebACLAssociation")["ResourceArn"])
    assert "SizeRestrictions_BODY" in counted, "pictures are larger than what that rule lets by"
    assert "SizeRestrictions_QUERYSTRING" in counted, "presigned addresses are longer"
    assert not counted & {"UserAgent_BadBots_HEADER", "CrossSiteScripting_QUERYARGUMENTS"}
    assert "/restapis/" in stage


def _limit(stack: Stack) -> dict[str, Any]:
    """The rule that counts the requests of an address."""
    rules: list[dict[str, Any]] = stack.the("AWS::WAFv2::WebACL")["Rules"]
    (limit,) = [rule for rule in rules if "RateBasedStatement" in rule["Statement"]]
    return limit


def _flood(stack: Stack) -> dict[str, Any]:
    """What it answers."""
    answer: dict[str, Any] = _limit(stack)["Action"]["Block"]["CustomResponse"]
    return answer


def test_should_let_one_address_use_up_a_key_and_turn_away_floods(prod: Stack) -> None:
    acl = prod.the("AWS::WAFv2::WebACL")
    counted = _limit(prod)["Statement"]["RateBasedStatement"]
    assert counted["AggregateKeyType"] == "IP"
    used_up = PROD.throttle.rate * counted["EvaluationWindowSec"]
    assert used_up < counted["Limit"] <= 10 * used_up
    answer = _flood(prod)
    assert answer["ResponseCode"] == 429, "who comes again later is no attacker"
    assert answer["ResponseHeaders"] == [{"Name": "Retry-After", "Value": "60"}]
    body = acl["CustomResponseBodies"][answer["CustomResponseBodyKey"]]
    assert body["ContentType"] == "APPLICATION_JSON"
    problem = Problem.model_validate_json(body["Content"])
    assert (problem.status, problem.code, problem.retryable) == (429, "too_many_requests", True)


def test_should_log_what_the_firewall_blocks_without_keys_and_queries(dev: Stack) -> None:
    """Queries may hold addresses that are secret, such as presigned ones."""
    logging = dev.the("AWS::WAFv2::LoggingConfiguration")
    assert {"SingleHeader": {"Name": "x-api-key"}} in logging["RedactedFields"]
    assert {"QueryString": {}} in logging["RedactedFields"]
    assert logging["LoggingFilter"]["DefaultBehavior"] == "DROP"
    (destination,) = logging["LogDestinationConfigs"]
    assert ":log-group:" in dev.words(destination), "as ARNs of log groups are"


def test_should_keep_no_samples_of_requests(dev: Stack) -> None:
    """They are whole, whatever the log leaves out."""
    acl = dev.the("AWS::WAFv2::WebACL")
    for watched in (acl, *acl["Rules"]):
        assert not watched["VisibilityConfig"]["SampledRequestsEnabled"]
